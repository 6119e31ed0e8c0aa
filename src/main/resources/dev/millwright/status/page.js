// Shows what /events tells. Nothing here changes a machine.
const CELLS = 481, CELL = 60000, SILENT = 5000, MOST_EVENTS = 60;
const STATUSES = ["error", "offline", "processing", "idle"];
const $ = id => document.getElementById(id);
const machines = new Map();
let order = [], ages = [], news = [], database = {}, journal = null;
let skew = 0, heard = 0, heardAt = null, version = null, chosen = null, words = "", source = null;
let view = null;
try { view = localStorage.getItem("view"); } catch { /* Not allowed; not remembered then. */ }
view = view === "table" ? "table" : "cards";

const now = () => Date.now() + skew;

function element(name, className, parent) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (parent) parent.append(made);
  return made;
}

function icon(parent) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.append(use);
  parent.append(svg);
  return use;
}

/** Writes only what differs: everything else costs a layout. */
function text(node, value) { if (node.textContent !== value) node.textContent = value; }
function attribute(node, name, value) { if (node.getAttribute(name) !== value) node.setAttribute(name, value); }
function classed(node, value) { if (node.className !== value) node.className = value; }

function span(ms) {
  const s = Math.max(0, Math.floor(ms / 1000));
  if (s < 60) return s + " s";
  if (s < 3600) return Math.floor(s / 60) + " min";
  if (s < 172800) return Math.floor(s / 3600) + " h " + Math.floor(s % 3600 / 60) + " min";
  return Math.floor(s / 86400) + " d";
}
const clock = at => new Date(at).toLocaleTimeString([], { hour12: false });
const full = at => new Date(at).toLocaleString([], { hour12: false });

// --- The last eight hours -----------------------------------------------------------------------

let colours = {};
function readColours() {
  const style = getComputedStyle(document.documentElement);
  for (const [key, name] of [["p", "processing"], ["i", "idle"], ["e", "error"], ["o", "offline"], ["u", "unknown"], ["line", "line"]])
    colours[key] = style.getPropertyValue("--" + name).trim();
}

/** Each status has a height and a texture of its own, so that it needs no colour to be told apart. */
function drawRun(g, letter, x, w, h) {
  g.fillStyle = colours[letter];
  if (letter === "p") g.fillRect(x, h * .3, w, h * .7);
  else if (letter === "i") g.fillRect(x, h * .78, w, h * .22);
  else if (letter === "e") {
    const wide = Math.max(w, 2);
    g.fillRect(x, 0, wide, h);
    g.strokeStyle = getComputedStyle(document.body).backgroundColor;
    g.save(); g.beginPath(); g.rect(x, 0, wide, h); g.clip(); g.beginPath();
    for (let d = -h; wide > 4 && d < wide; d += 6) { g.moveTo(x + d, h); g.lineTo(x + d + h, 0); }
    g.stroke(); g.restore();
  } else if (letter === "o") for (let d = 0; d < w; d += 5) g.fillRect(x + d, h * .45, Math.min(3, w - d), h * .25);
  else for (let d = 2; d < w; d += 8) g.fillRect(x + d, h - 2, 1, 1);
}

function drawLine(m) {
  const canvas = m.shown.canvas, w = m.width, h = 26;
  m.dirty = false;
  if (!w) return;
  const scale = devicePixelRatio || 1;
  if (canvas.width !== Math.round(w * scale)) { canvas.width = Math.round(w * scale); canvas.height = Math.round(h * scale); }
  const g = canvas.getContext("2d");
  g.setTransform(scale, 0, 0, scale, 0, 0);
  g.clearRect(0, 0, w, h);
  const cell = w / CELLS, last = Math.floor(now() / CELL);
  g.fillStyle = colours.line;
  for (let back = 1; back < 8; back++) g.fillRect(Math.round(w - back * 60 * cell), 0, 1, h);
  const line = m.cells;
  for (let i = 0; i < line.length;) {
    let end = i;
    while (end < line.length && line[end] === line[i]) end++;
    const x = (m.firstCell + i - last + CELLS - 1) * cell;
    drawRun(g, line[i], x, (end - i) * cell, h);
    i = end;
  }
  const parts = {};
  for (const letter of line) parts[letter] = (parts[letter] || 0) + 1;
  attribute(canvas, "aria-label", "Last 8 hours: " + [["p", "processing"], ["i", "idle"], ["e", "error"], ["o", "offline"], ["u", "unknown"]]
    .filter(([key]) => parts[key]).map(([key, name]) => name + " " + parts[key] + " min").join(", "));
}

function takeCells(m, cells, at) {
  const last = Math.floor(at / CELL);
  if (cells.length >= CELLS || !m.cells) { m.cells = cells; m.firstCell = last - cells.length + 1; }
  else {
    // What nobody spoke of in between went on as it was.
    const from = last - cells.length + 1;
    let line = m.cells.slice(0, Math.max(0, from - m.firstCell));
    line += (line.at(-1) || "u").repeat(Math.max(0, from - m.firstCell - line.length)) + cells;
    m.firstCell += Math.max(0, line.length - CELLS);
    m.cells = line.slice(-CELLS);
  }
  m.dirty = true;
}

/** Time goes on for those of whom nothing is told. */
function roll() {
  const last = Math.floor(now() / CELL);
  for (const m of machines.values())
    if (m.cells && m.firstCell + m.cells.length - 1 < last)
      takeCells(m, (m.status || "unknown")[0].repeat(Math.min(CELLS - 1, last - (m.firstCell + m.cells.length - 1))), last * CELL);
}

// --- Machines -----------------------------------------------------------------------------------

const sizes = new ResizeObserver(entries => {
  for (const entry of entries) {
    const m = entry.target.machine;
    if (m) { m.width = Math.round(entry.contentRect.width); m.dirty = true; }
  }
  soon();
});
const visible = new IntersectionObserver(entries => {
  for (const entry of entries) if (entry.target.machine) entry.target.machine.visible = entry.isIntersecting;
  soon();
}, { rootMargin: "200px" });

function build(m) {
  const card = view === "cards";
  const root = element(card ? "article" : "tr");
  const s = { root };
  if (card) {
    const top = element("div", "top", root);
    s.name = element("h3", "", top);
    s.since = element("span", "since", top);
    s.word = element("p", "word", root);
    s.what = element("p", "what", root);
    s.bar = element("progress", "off", root);
    s.canvas = element("canvas", "line", root);
    s.foot = element("p", "foot", root);
  } else {
    s.name = element("th", "", root);
    s.name.scope = "row";
    s.word = element("span", "word", element("td", "", root));
    s.since = element("td", "since", root);
    const what = element("td", "what", root);
    s.what = element("div", "what", what);
    s.bar = element("progress", "off", what);
    s.canvas = element("canvas", "line", element("td", "", root));
    s.event = element("td", "", root);
    s.linked = element("td", "linked", root);
    s.age = element("td", "age", root);
    s.wait = element("td", "wait", root);
  }
  s.bar.max = 1;
  s.bar.setAttribute("aria-label", "progress of the recipe");
  s.canvas.setAttribute("role", "img");
  s.use = icon(s.word);
  s.status = element("span", "", s.word);
  const open = element("button", "open", s.name);
  open.type = "button";
  open.textContent = m.name;
  open.setAttribute("aria-haspopup", "dialog");
  open.onclick = () => openPast(m.name);
  s.canvas.machine = m;
  root.machine = m;
  m.shown = s;
  m.dirty = true;
  sizes.observe(s.canvas);
  visible.observe(root);
  return root;
}

function progressOf(m) {
  const p = m.progress;
  if (!p || m.status !== "processing" || p.process !== m.process || !(p.total > 0)) return null;
  return Math.min(1, ((p.done || 0) + (p.completion || 0)) / p.total);
}

function whatOf(m) {
  if (m.status === "error" && m.failure) return (m.component ? m.component + ": " : "") + m.failure;
  if (m.status === "offline") return m.trouble || m.problem || "nothing is known of it now";
  if (!m.status) return m.problem || "no row is known yet";
  const part = progressOf(m);
  const recipe = (m.status === "idle" ? "last: " : "") + (m.recipe || "");
  return (m.recipe ? recipe : m.status === "processing" ? "recipe not known" : "") + (m.batch ? " · batch " + m.batch : "")
    + (part === null ? "" : " · " + Math.round(part * 100) + " % · step " + (m.progress.path || "") + " " + (m.progress.step || ""));
}

const waitOf = m => m.pending === undefined ? "?" : m.pending ? m.pending + (m.oldest ? ", since " + clock(m.oldest) : "") : "";

function show(m) {
  const s = m.shown, status = m.status || "unknown";
  classed(s.root, "s-" + status);
  text(s.status, status);
  attribute(s.use, "href", "#i-" + status);
  text(s.what, whatOf(m));
  attribute(s.what, "title", whatOf(m));
  s.what.classList.toggle("fault", status === "error");
  const part = progressOf(m);
  classed(s.bar, part === null ? "off" : "");
  if (part !== null && s.bar.value !== part) s.bar.value = part;
  if (s.linked) {
    text(s.event, m.event || "");
    text(s.linked, (m.open ? "" : "lost: ") + m.link);
    s.linked.classList.toggle("bad", !m.open);
    attribute(s.linked, "title", m.trouble || m.link);
    text(s.wait, waitOf(m) + (m.quarantined ? ", " + m.quarantined + " refused" : ""));
  }
  age(m);
  fits(m);
}

/** What changes by the passing of time alone; while nothing is heard, data goes on growing old and no status lasts. */
function age(m) {
  const s = m.shown, gone = document.body.classList.contains("lost"), at = gone ? heardAt : now();
  const told = ages[m.index], old = gone && told != null ? told + performance.now() - heard : told;
  text(s.since, m.since ? "for " + span(at - m.since) : "");
  if (m.since) attribute(s.since, "title", "since " + full(m.since));
  const data = old === null || old === undefined ? "no data since the start" : old < 1000 ? "under 1 s" : span(old);
  if (s.age) text(s.age, data);
  else {
    const bad = !m.open || m.pending > 0 || m.quarantined > 0;
    classed(s.foot, bad ? "foot bad" : "foot");
    const line = (m.open ? "" : "link lost · ") + (m.pending ? m.pending + " waiting · " : "") + (m.quarantined ? m.quarantined + " refused · " : "")
      + (old === null || old === undefined ? data : "data " + data + " old") + (m.event ? " · " + m.event.replace("_", " ") : "");
    text(s.foot, line);
    attribute(s.foot, "title", m.link + (m.trouble ? ": " + m.trouble : ""));
  }
}

function fits(m) {
  const hit = (!chosen || (m.status || "unknown") === chosen)
    && (!words || [m.name, m.status, m.recipe, m.batch, m.failure, m.component, m.link, m.event].join(" ").toLowerCase().includes(words));
  if (m.shown.root.hidden === hit) m.shown.root.hidden = !hit;
  return hit;
}

function rebuild() {
  sizes.disconnect(); visible.disconnect();
  $("cards").replaceChildren();
  $("table").tBodies[0].replaceChildren();
  const into = view === "cards" ? $("cards") : $("table").tBodies[0];
  into.append(...order.map(name => build(machines.get(name))));
  machines.forEach(show);
  document.body.classList.toggle("as-table", view === "table");
  $("cards").hidden = view !== "cards";
  $("table").hidden = view === "cards";
  attribute($("as-cards"), "aria-pressed", String(view === "cards"));
  attribute($("as-table"), "aria-pressed", String(view === "table"));
  filter();
}

function filter() {
  let hits = 0;
  machines.forEach(m => { if (fits(m)) hits++; });
  $("none").hidden = hits > 0 || machines.size === 0;
}

// --- What has happened to one machine -----------------------------------------------------------

let past = null, pastSeq, asked = 0;

function openPast(name) {
  past = name;
  pastSeq = undefined;
  $("steps").replaceChildren();
  text($("past-name"), name);
  text($("past-note"), "asking …");
  showPast();
  $("past").showModal();
}
$("past-close").onclick = () => $("past").close();
$("past").onclose = () => { past = null; };
// A click beside it: what is inside has elements of its own, but for the edge.
$("past").onclick = e => {
  const box = $("past").getBoundingClientRect();
  if (e.target === $("past") && (e.clientX < box.left || e.clientX > box.right || e.clientY < box.top || e.clientY > box.bottom)) $("past").close();
};

/** As it is now; and the list anew when something has happened. */
function showPast() {
  const m = machines.get(past);
  if (past === null) return;
  if (!m) { $("past").close(); return; }
  classed($("past-now"), "word s-" + (m.status || "unknown"));
  if (!$("past-now").firstChild) { icon($("past-now")); element("span", "", $("past-now")); }
  attribute($("past-now").querySelector("use"), "href", "#i-" + (m.status || "unknown"));
  text($("past-now").lastChild, (m.status || "unknown") + (m.since ? " for " + span(now() - m.since) : ""));
  if (pastSeq !== (m.seq ?? null)) askPast(m);
}

async function askPast(m) {
  const name = past, mine = ++asked;
  pastSeq = m.seq ?? null;
  try {
    const answer = await fetch("/transitions?machine=" + encodeURIComponent(name));
    if (!answer.ok) throw new Error(answer.status);
    const steps = await answer.json();
    if (name === past && mine === asked) listPast(steps);
  } catch {
    // The page says itself when the daemon is away; then this is asked again.
    if (name === past && mine === asked) { text($("past-note"), "What happened is not to be had at this moment."); pastSeq = undefined; }
  }
}

function listPast(steps) {
  classed($("past-note"), "small");
  text($("past-note"), steps.length ? "Last transitions, the newest first. All of them: millwright history " + past : "No transition is known of it yet.");
  $("steps").replaceChildren(...steps.map((step, i) => stepRow(step, steps[i + 1])));
}

function stepRow(step, before) {
  const li = element("li", "s-" + step.status);
  const time = element("time", "", li);
  time.textContent = full(step.at);
  time.dateTime = new Date(step.at).toISOString();
  const what = element("div", "", li);
  element("b", "", what).textContent = (step.event || "unknown event").replaceAll("_", " ");
  what.append("  " + (step.from || "?") + " → ");
  const to = element("span", "to", what);
  icon(to).setAttribute("href", "#i-" + step.status);
  to.append(step.status);
  if (step.recipe) what.append(" · recipe " + step.recipe);
  if (step.inferred) { what.append(" "); element("span", "mark", what).textContent = "inferred"; }
  if (step.reason) element("div", "why", li).textContent = step.reason;
  const more = before ? step.seq - before.seq - 1 : 0;
  if (more > 0) element("div", "gap small", li).textContent = more + (more === 1 ? " transition" : " transitions") + " before it not shown here";
  return li;
}

// --- The rest -----------------------------------------------------------------------------------

const buttons = new Map();
for (const status of STATUSES) {
  const button = element("button", "s-" + status, element("li", "", $("counts")));
  button.type = "button";
  const use = icon(button);
  use.setAttribute("href", "#i-" + status);
  const count = element("b", "", button);
  element("span", "", button).textContent = status;
  button.onclick = () => {
    chosen = chosen === status ? null : status;
    buttons.forEach((each, name) => attribute(each.button, "aria-pressed", String(name === chosen)));
    filter();
  };
  button.setAttribute("aria-pressed", "false");
  buttons.set(status, { button, count });
}

function showRest() {
  const counts = {}, links = new Map();
  let pending = 0, oldest = null, refused = 0, uncounted = false;
  for (const m of machines.values()) {
    counts[m.status] = (counts[m.status] || 0) + 1;
    uncounted ||= m.pending === undefined;
    pending += m.pending || 0;
    refused += m.quarantined || 0;
    if (m.oldest && (oldest === null || m.oldest < oldest)) oldest = m.oldest;
    const link = links.get(m.link) || { open: m.open, since: m.linkSince, trouble: m.trouble, count: 0 };
    link.count++;
    links.set(m.link, link);
  }
  buttons.forEach((each, status) => {
    text(each.count, String(counts[status] || 0));
    each.button.classList.toggle("zero", !counts[status]);
  });
  document.title = (counts.error ? counts.error + " error · " : "") + "Millwright";
  const rows = [
    ["Database", database.answers ? "answers" : "away" + (database.since ? " for " + span(now() - database.since) : "") + (database.trouble ? ": " + database.trouble : ""), !database.answers],
    ["Waiting", uncounted ? "the journal cannot be asked: " + journal : pending ? pending + ", the oldest from " + full(oldest) : "nothing", uncounted || (pending > 0 && !database.answers)],
    ["Refused", refused ? refused + "; see millwright journal list" : "nothing", refused > 0]];
  fill($("delivery"), rows.flatMap(row => [row, row]), (node, row, i) => { text(node, i % 2 ? row[1] : row[0]); classed(node, i % 2 && row[2] ? "bad" : ""); }, i => i % 2 ? "dd" : "dt");
  const all = [...links], open = all.filter(([, link]) => link.open);
  const shownLinks = [...all.filter(([, link]) => !link.open).slice(0, 20), ...open.slice(0, 6)];
  if (open.length > 6) shownLinks.push([null, open.length - 6]);
  fill($("links"), shownLinks, (node, [name, link]) => {
    if (name === null) { text(node, "and " + link + " more, open"); classed(node, "small"); return; }
    text(node, (link.open ? "open" : "LOST") + " · " + name + (link.count > 1 ? " · " + link.count + " machines" : "") + (link.open ? "" : " · for " + span(now() - link.since) + (link.trouble ? ": " + link.trouble : "")));
    classed(node, link.open ? "" : "bad");
  }, () => "li");
}

function fill(parent, rows, write, tag) {
  while (parent.children.length > rows.length) parent.lastChild.remove();
  rows.forEach((row, i) => write(parent.children[i] || element(tag(i), "", parent), row, i));
}

function eventRow(e) {
  const li = element("li", "s-" + e.status);
  icon(li).setAttribute("href", "#i-" + e.status);
  element("b", "", li).textContent = e.name;
  li.append(" " + (e.event || "").replace("_", " ") + (e.recipe ? " · " + e.recipe : "") + (e.reason ? " · " + e.reason : "") + (e.inferred ? " · inferred" : "") + " ");
  element("time", "", li).textContent = clock(e.at);
  return li;
}

function tell(fresh) {
  for (const e of fresh) $("events").prepend(eventRow(e));
  while ($("events").children.length > MOST_EVENTS) $("events").lastChild.remove();
  const bad = fresh.filter(e => e.status === "error" || e.status === "offline");
  if (bad.length) toSay = bad.map(e => e.name + " " + e.status).slice(0, 5).join(", ");
}

// One announcement in five seconds at most, and of what needs attention only.
let toSay = "";
setInterval(() => { if (toSay) { text($("said"), toSay); toSay = ""; } }, 5000);

// --- Drawing, once a frame at most ----------------------------------------------------------------

let due = false, restDue = false;
const changed = new Set();
function soon() { if (!due) { due = true; requestAnimationFrame(draw); } }
function draw() {
  due = false;
  changed.forEach(show);
  changed.clear();
  if (restDue) { restDue = false; showRest(); showPast(); }
  const until = performance.now() + 8;
  for (const m of machines.values()) {
    if (m.dirty && m.visible && !m.shown.root.hidden) {
      if (performance.now() > until) { soon(); break; }
      drawLine(m);
    }
  }
}

// --- The stream ---------------------------------------------------------------------------------

function general(data) {
  skew = data.now - Date.now();
  heard = performance.now();
  heardAt = data.now;
  if (data.ages) { ages = data.ages; database = data.database; journal = data.journal; }
  lost(false);
}

function take(data) {
  general(data);
  for (const told of data.machines) {
    const m = machines.get(told.name);
    if (!m) { connect(); return; }
    const cells = told.cells;
    delete told.cells;
    const { shown, width, visible, index, firstCell, cells: line } = m;
    for (const key of Object.keys(m)) delete m[key];
    Object.assign(m, told, { shown, width, visible, index, firstCell, cells: line });
    takeCells(m, cells, data.now);
    changed.add(m);
  }
  tell(data.news);
  restDue = true;
  soon();
}

function begin(data) {
  if (version !== null && version !== data.version) { location.reload(); return; }
  version = data.version;
  general(data);
  text($("host"), data.host + " · up since " + full(data.started));
  machines.clear();
  order = data.machines.map(m => m.name);
  data.machines.forEach((told, index) => {
    const m = { ...told, index };
    delete m.cells;
    takeCells(m, told.cells, data.now);
    machines.set(m.name, m);
  });
  $("events").replaceChildren();
  tell([...data.news].reverse());
  rebuild();
  showRest();
  soon();
}

function lost(is) {
  document.body.classList.toggle("lost", is);
  $("lost").hidden = !is;
  text($("live"), is ? "not connected" : "live");
  classed($("live"), is ? "waiting" : "");
}

function sayLost() {
  lost(true);
  for (const m of machines.values()) if (m.visible) age(m);
  text($("lost"), heardAt === null ? "NOT CONNECTED. Nothing is known; trying again."
    : "NOT CONNECTED for " + span(performance.now() - heard) + ". What you see was so at " + clock(heardAt) + ".");
  // Nothing that lies behind a dialog can be read.
  if (past !== null) { text($("past-note"), $("lost").textContent); classed($("past-note"), "stale"); pastSeq = undefined; }
}

let retry = null, tried = 0;
function connect() {
  tried = performance.now();
  if (source) source.close();
  clearTimeout(retry);
  source = new EventSource("/events");
  source.addEventListener("state", e => begin(JSON.parse(e.data)));
  source.addEventListener("change", e => take(JSON.parse(e.data)));
  source.addEventListener("past", e => {
    const data = JSON.parse(e.data);
    for (const [name, cells] of Object.entries(data.cells)) if (machines.has(name)) takeCells(machines.get(name), cells, data.now);
    $("events").replaceChildren();
    tell([...data.news].reverse());
    pastSeq = undefined;
    restDue = true;
    soon();
  });
  source.onerror = () => {
    sayLost();
    // Some browsers give up on a host that is not there.
    clearTimeout(retry);
    retry = setTimeout(connect, 1000);
  };
}

setInterval(() => {
  if (document.hidden) return;
  if (performance.now() - heard > SILENT && (heardAt !== null || document.body.classList.contains("lost"))) {
    const silent = source && source.readyState === EventSource.OPEN;
    sayLost();
    if (silent && performance.now() - tried > 3000) connect();
    return;
  }
  if (document.body.classList.contains("lost")) { sayLost(); return; }
  roll();
  for (const m of machines.values()) if (m.visible) age(m);
  restDue = true;
  soon();
}, 1000);

function choose(as) {
  view = as;
  try { localStorage.setItem("view", as); } catch { /* Not allowed. */ }
  rebuild();
  soon();
}
$("as-cards").onclick = () => choose("cards");
$("as-table").onclick = () => choose("table");
$("search").oninput = () => { words = $("search").value.trim().toLowerCase(); filter(); soon(); };

function theme() {
  readColours();
  document.querySelectorAll("[data-legend]").forEach(canvas => {
    const g = canvas.getContext("2d");
    g.clearRect(0, 0, 18, 14);
    drawRun(g, canvas.dataset.legend, 0, 18, 14);
  });
  machines.forEach(m => { m.dirty = true; });
  soon();
}
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", theme);
theme();
connect();
