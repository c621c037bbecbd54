import { check } from 'k6';
import exec from 'k6/execution';
import http from 'k6/http';
import { Counter } from 'k6/metrics';

const accepted = new Counter('coupon_accepted');
const duplicate = new Counter('coupon_duplicate');
const soldOut = new Counter('coupon_sold_out');
const failed = new Counter('coupon_failed');

const baseUrl = requiredUrl('BASE_URL');
const eventId = __ENV['EVENT_ID'] || 'demo';
/** Keeps the users of one run apart from those of another against the same store. */
const runId = __ENV['RUN_ID'] || Date.now().toString(36);

const DUPLICATE = 409;
const SOLD_OUT = 410;

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
  const { status } = http.post(`${baseUrl}/coupons/${encodeURIComponent(eventId)}/issue`, body, request);
  const isAccepted = status >= 200 && status < 300;
  check(status, { '응답 성공': () => isAccepted || status === DUPLICATE || status === SOLD_OUT });

  if (isAccepted) accepted.add(1);
  else if (status === DUPLICATE) duplicate.add(1);
  else if (status === SOLD_OUT) soldOut.add(1);
  else failed.add(1);
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
