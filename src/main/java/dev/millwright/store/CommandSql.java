package dev.millwright.store;

/** Every statement about commands. */
final class CommandSql {

  /** Other types are the old programs' own, in a consolidated installation. */
  private static final String OURS =
      "command.type IN ('start_recipe', 'stop_recipe', 'reset_machine', 'hold_recipe', 'unhold_recipe')";

  /**
   * The time to live is in seconds. A creation that is still to come is as good as one just now.
   */
  private static final String COLUMNS =
      """
      command.id, machine.serial_number AS machine, command.type,
             CASE WHEN octet_length(command.parameters::text) <= %d
                  THEN command.parameters::text END AS parameters,
             command.process_id, command.batch_id, command.operator, command.reason,
             -- Infinity is no moment, and what is still to come is as good as now.
             CASE WHEN isfinite(command.created_at)
                  THEN least(command.created_at, clock_timestamp())
                  ELSE clock_timestamp() END AS created_at,
             command.created_at < clock_timestamp() - make_interval(secs => ?) AS expired
      """
          .formatted(CommandSession.MAX_PARAMETERS);

  static final String PENDING =
      "SELECT "
          + COLUMNS
          + """
              FROM recipe_commands AS command
              LEFT JOIN machines AS machine ON machine.id = command.machine_id
             WHERE command.status = 'pending'
               AND (command.machine_id IS NULL OR machine.serial_number = ANY (?))
            """
          + " AND "
          + OURS
          + """
             ORDER BY command.type <> 'stop_recipe', command.machine_id IS NULL, command.created_at, command.id
             LIMIT ?
            """;

  /**
   * Compare-and-set. Two daemons lock in the same order and wait for nobody, so neither can stand
   * in the other's way for ever; nor can a person's open transaction. Where a command is for any
   * machine, the machine that it gets must not be locked either: the foreign key would wait for it.
   */
  static final String CLAIM =
      """
      WITH claim AS (
        SELECT * FROM unnest(?::uuid[], ?::text[], ?::uuid[]) AS claim (id, machine, claim)
      ), named AS (
        SELECT command.id
          FROM recipe_commands AS command JOIN claim ON claim.id = command.id
         WHERE command.machine_id IS NOT NULL
           AND (command.status = 'pending'
                OR command.status = 'processing' AND command.claimed_by = claim.claim)
         ORDER BY command.id FOR UPDATE OF command SKIP LOCKED
      ), any_machine AS (
        SELECT command.id
          FROM recipe_commands AS command JOIN claim ON claim.id = command.id
          JOIN machines AS machine ON machine.serial_number = claim.machine
         WHERE command.machine_id IS NULL AND command.status = 'pending'
         ORDER BY command.id
           FOR UPDATE OF command SKIP LOCKED FOR KEY SHARE OF machine SKIP LOCKED
      ), free AS (
        SELECT id FROM named UNION ALL SELECT id FROM any_machine
      )
      UPDATE recipe_commands AS command
         SET status = 'processing', machine_id = machine.id, claimed_by = claim.claim,
             executed_at = clock_timestamp(), updated_at = clock_timestamp()
        FROM free JOIN claim ON claim.id = free.id
        JOIN machines AS machine ON machine.serial_number = claim.machine
       WHERE command.id = free.id
      RETURNING\s"""
          + COLUMNS;

  static final String STILL_PENDING =
      "SELECT id FROM recipe_commands WHERE id = ANY (?) AND status = 'pending'";

  /** Waits for nobody either. */
  static final String REFUSE =
      """
      UPDATE recipe_commands
         SET status = 'error', error_message = ?, executed_at = clock_timestamp(),
             updated_at = clock_timestamp()
       WHERE id = (SELECT id FROM recipe_commands WHERE id = ? AND status = 'pending'
                      FOR UPDATE SKIP LOCKED)
      """;

  /** Nor does this. */
  static final String END =
      """
      WITH outcome AS (
        SELECT * FROM unnest(?::uuid[], ?::uuid[], ?::text[], ?::text[], ?::uuid[])
                 AS outcome (id, claim, status, message, process)
      ), free AS (
        SELECT command.id
          FROM recipe_commands AS command JOIN outcome ON outcome.id = command.id
         WHERE command.claimed_by = outcome.claim AND command.status = 'processing'
         ORDER BY command.id FOR UPDATE OF command SKIP LOCKED
      )
      UPDATE recipe_commands AS command
         SET status = outcome.status, error_message = outcome.message,
             process_id = coalesce(outcome.process, process_id), updated_at = clock_timestamp()
        FROM free JOIN outcome ON outcome.id = free.id
       WHERE command.id = free.id
      RETURNING command.id
      """;

  static final String STILL_PROCESSING =
      """
      SELECT command.id
        FROM recipe_commands AS command
        JOIN unnest(?::uuid[], ?::uuid[]) AS claim (id, claim) ON claim.id = command.id
       WHERE command.claimed_by = claim.claim AND command.status = 'processing'
      """;

  private CommandSql() {}
}
