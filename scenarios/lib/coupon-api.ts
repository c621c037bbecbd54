import { check } from 'k6';
import exec from 'k6/execution';
import http from 'k6/http';
import type { Response } from 'k6/http';
import { Counter } from 'k6/metrics';

const accepted = new Counter('coupon_accepted');
const duplicate = new Counter('coupon_duplicate');
const soldOut = new Counter('coupon_sold_out');
const failed = new Counter('coupon_failed');
/** Clients who cannot know whether they have a coupon: no answer, or one that says so. */
const unknown = new Counter('coupon_unknown');

const baseUrl = requiredUrl('BASE_URL');
const eventId = __ENV['EVENT_ID'] || 'demo';
/** Keeps the users of one run apart from those of another against the same store. */
const runId = __ENV['RUN_ID'] || Date.now().toString(36);

const DUPLICATE = 409;
const REQUEST_TIMEOUT = 408;
const SOLD_OUT = 410;
const NOT_READY = 503;
/** Bodies are discarded: what a service knows of an unknown outcome is in this header, as k6 spells it. */
const outcomeHeader = 'X-Outcome';

const request = {
  headers: { 'Content-Type': 'application/json' },
  tags: { name: 'POST /coupons/{eventId}/issue' },
  // A refusal is an answer the service promises: it must not count into http_req_failed.
  responseCallback: http.expectedStatuses({ min: 200, max: 299 }, DUPLICATE, SOLD_OUT),
  timeout: '30s',
};

/** Asks for one coupon as a user nobody else is, and counts what became of it. */
export function issueCoupon(): void {
  const body = JSON.stringify({ userId: uniqueUserId() });
  const response = http.post(`${baseUrl}/coupons/${encodeURIComponent(eventId)}/issue`, body, request);
  const { status } = response;
  const isAccepted = status >= 200 && status < 300;
  check(status, { '응답 성공': () => isAccepted || status === DUPLICATE || status === SOLD_OUT });

  if (isAccepted) accepted.add(1);
  else if (status === DUPLICATE) duplicate.add(1);
  else if (status === SOLD_OUT) soldOut.add(1);
  else countTrouble(isUnknown(response));
}

/** Both are counted, so that the summary tells none of the one from a script that does not know it. */
function countTrouble(isOutcomeUnknown: boolean): void {
  unknown.add(isOutcomeUnknown ? 1 : 0);
  failed.add(isOutcomeUnknown ? 0 : 1);
}

/**
 * Nothing came (timed out, reset), or what came does not say what was done: an error inside the service or between it and
 * us. A 503 is a refusal, unless it says that it is none; so is a 4xx, but for a server that waited in vain.
 */
function isUnknown({ status, headers }: Response): boolean {
  if (status === NOT_READY) return headers[outcomeHeader] === 'unknown';
  return status === 0 || status === REQUEST_TIMEOUT || status >= 500;
}

/** No VU has the same number twice, and no VU counts the same iteration twice, also across scenarios. */
function uniqueUserId(): string {
  return `${runId}-${exec.vu.idInTest}-${exec.vu.iterationInInstance}`;
}

function requiredUrl(name: string): string {
  const value = __ENV[name];
  if (value === undefined || value === '') {
    throw new Error(
      `${name} is not set: pass the address of the service, such as -e ${name}=http://127.0.0.1:8080`,
    );
  }
  return value.replace(/\/+$/, '');
}
