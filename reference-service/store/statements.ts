/**
 * The SQL of the store, the same for every adapter. Coupons travel as one JSON parameter, so that a batch
 * of any size is one statement with one text.
 */

const GIVEN = `ROWS FROM (
    json_to_recordset($1::json)
      AS ("issueId" text, "eventId" text, "userId" text, serial bigint, "acceptedAt" timestamptz)
  ) WITH ORDINALITY AS given (issue_id, event_id, user_id, serial, accepted_at, place)`;

/**
 * Takes the rows in their order, with the stock their event has at this moment: the event's row is locked
 * against a change of stock until the rows are committed. Coupons of unknown events or beyond the stock
 * are left out, and so is whatever stands in the way of a row that is there.
 */
export const INSERT = `
  INSERT INTO coupons (issue_id, event_id, user_id, serial, stock, accepted_at, persisted_at)
  SELECT given.issue_id, given.event_id, given.user_id, given.serial, event.stock, given.accepted_at,
    $2::timestamptz
  FROM ${GIVEN}
  JOIN coupon_events event ON event.event_id = given.event_id AND given.serial <= event.stock
  ORDER BY given.place
  FOR SHARE OF event
  ON CONFLICT DO NOTHING
  RETURNING issue_id AS "issueId", event_id AS "eventId", user_id AS "userId", serial::float8 AS serial`;

/** Why each coupon became no row, in their order; `untried` if nothing stands in its way now. */
export const CLASSIFY = `
  SELECT CASE
    WHEN EXISTS (SELECT FROM coupons c WHERE c.issue_id = given.issue_id) THEN 'redelivered'
    WHEN event.event_id IS NULL THEN 'unknownEvent'
    WHEN given.serial > event.stock THEN 'overAdmitted'
    WHEN EXISTS (SELECT FROM coupons c WHERE c.event_id = given.event_id AND c.user_id = given.user_id)
      OR EXISTS (SELECT FROM coupons c WHERE c.event_id = given.event_id AND c.serial = given.serial)
      THEN 'conflicting'
    ELSE 'untried'
  END AS kind
  FROM ${GIVEN}
  LEFT JOIN coupon_events event ON event.event_id = given.event_id
  ORDER BY given.place`;

const COUPON = `issue_id AS "issueId", event_id AS "eventId", user_id AS "userId", serial::float8 AS serial,
  accepted_at AS "acceptedAt"`;

export const FIND = `
  SELECT ${COUPON}, persisted_at AS "persistedAt" FROM coupons WHERE event_id = $1 AND user_id = $2`;

export const COUNTS = `
  SELECT count(*)::float8 AS rows, count(DISTINCT user_id)::float8 AS "distinctUsers",
    count(DISTINCT serial)::float8 AS "distinctSerials", coalesce(max(serial), 0)::float8 AS "highestSerial"
  FROM coupons WHERE event_id = $1`;

/**
 * The rows of an event that follow a serial. Ordered by the column and not by what is selected under its
 * name, which no index has.
 */
export const PAGE = `
  SELECT ${COUPON} FROM coupons WHERE event_id = $1 AND serial > $2 ORDER BY coupons.serial LIMIT $3`;

export const MISSING = `
  SELECT id FROM json_array_elements_text($1::json) WITH ORDINALITY AS asked (id, place)
  WHERE NOT EXISTS (SELECT FROM coupons WHERE issue_id = id)
  ORDER BY place`;

export const ADD_EVENT = `
  INSERT INTO coupon_events (event_id, stock) VALUES ($1, $2) ON CONFLICT DO NOTHING`;
export const STOCK = 'SELECT stock::float8 AS stock FROM coupon_events WHERE event_id = $1';
export const LOCK_EVENT = 'SELECT FROM coupon_events WHERE event_id = $1 FOR UPDATE';
/** Sees every row that was written before the lock was had, as a statement of its own. */
export const CHANGE_STOCK = `
  UPDATE coupon_events
  SET stock = greatest($2::bigint, (SELECT coalesce(max(serial), 0) FROM coupons WHERE event_id = $1))
  WHERE event_id = $1`;
