/** Calls of the admin API. Its address is the page's, so that it works behind a path, too. */
import { token } from './token.js';

const PATIENCE_MILLIS = 20000;

/** The proxy answered that it will not. */
export class Refused extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

/** No answer came: for a change it is not known whether it was made. */
export class Unanswered extends Error {}

export function headers(more = {}) {
  const known = token();
  return known === null ? more : { ...more, Authorization: `Bearer ${known}` };
}

async function call(method, path, body, more) {
  let answer;
  let json;
  try {
    answer = await fetch(path, {
      method,
      headers: headers(body === undefined ? more : { ...more, 'Content-Type': 'application/json' }),
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: 'no-store',
      signal: AbortSignal.timeout(PATIENCE_MILLIS),
    });
    json = await answer.json();
  } catch (failure) {
    throw new Unanswered('The proxy did not answer.', { cause: failure });
  }
  if (!answer.ok) {
    throw new Refused(answer.status, json.detail ?? `The proxy answered with ${answer.status}.`);
  }
  return json;
}

const on = (revision) => (revision === null ? {} : { 'If-Match': `"${revision}"` });

export const state = () => call('GET', 'split');
export const history = (limit) => call('GET', `history?limit=${limit}`);
export const explain = (asked) => call('GET', `explain?${new URLSearchParams(asked)}`);
export const preview = (percent) => call('PUT', 'split?dry-run=true', { percent });
export const rollback = (reason) => call('POST', 'rollback', { reason });

/** These are made only if the control state is still at this revision. */
export const setShare = (percent, reason, revision) => call('PUT', 'split', { percent, reason }, on(revision));
export const setMaintenance = (change, reason, revision) => call('PUT', 'maintenance', { ...change, reason }, on(revision));
export const setEndpoint = (side, address, state, reason, revision) =>
  call('PUT', `upstreams/${side}/endpoints/${encodeURIComponent(address)}`, { state, reason }, on(revision));
