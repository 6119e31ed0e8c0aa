LOCK TABLE git_pending_merges, git_merge_history IN ACCESS EXCLUSIVE MODE;

-- The old tables have no place for these.
DO $$
DECLARE
  merges bigint := (SELECT count(*) FROM git_pending_merges) + (SELECT count(*) FROM git_merge_history);
BEGIN
  IF merges > 0 THEN
    RAISE EXCEPTION 'git_pending_merges and git_merge_history have % row(s), which this would delete', merges
      USING HINT = 'Keep copies (CREATE TABLE … AS TABLE …), delete the rows, and roll back again.';
  END IF;
END
$$;

DROP VIEW git_commits_merged, git_sessions_merged;
DROP TABLE git_merge_history, git_pending_merges, git_agent_sessions;
