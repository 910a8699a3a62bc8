/** What is known of the proxy, and who wants to hear of it. One reference; the rest of the page only reads it. */

const KEPT_SECONDS = 300;
const GAP_SECONDS = 3;
const COLUMNS = ['requests', 'errors', 'p50', 'p99'];

export const known = {
  /** operator, viewer, or null while it is not known */
  role: null,
  /** the last of each second, or null before the first */
  now: null,
  /** columns of the last minutes: seconds of the epoch, then by side */
  recent: emptyRecent(),
  /** connecting, live or stale; since when, why, and when it is tried again */
  link: { is: 'connecting', since: Date.now(), why: '', next: 0 },
};

const listeners = [];

/** When the last event came. */
let heardAt = null;

export function whenKnown(listener) {
  listeners.push(listener);
}

function tell() {
  listeners.forEach((listener) => listener(known));
}

function emptyRecent() {
  const side = () => Object.fromEntries(COLUMNS.map((column) => [column, []]));
  return { at: [], percent: [], old: side(), new: side() };
}

export function takeEvent(type, data) {
  heardAt = Date.now();
  if (type === 'snapshot') {
    known.role = data.role;
    data.recent.at.forEach((at, i) =>
      addMoment(at / 1000, data.recent.percent[i], (side, column) => data.recent[side][column][i]));
    known.now = data.now;
  } else if (type === 'second') {
    addMoment(Date.parse(data.at) / 1000, data.state.percent, (side, column) => data[side][column]);
    known.now = data;
  } else if (type === 'state') {
    // Every rollback is in force a moment before it is stored; the next second tells whether it stays so.
    takeState(data.state, data.durable || (known.now?.durable ?? false));
  }
  tell();
}

/** The answer to a change of ours, or word of somebody's; an older one than what is known is passed over. */
export function takeState(state, durable) {
  if (known.now !== null && state.revision >= known.now.state.revision) {
    known.now = { ...known.now, state, durable };
  }
}

export function takeAnswer(state) {
  takeState(state, state.durable !== false);
  tell();
}

export function linkIs(is, why = '', next = 0) {
  const began = is === 'stale' && heardAt !== null ? heardAt : Date.now();
  const since = known.link.is === is ? known.link.since : began;
  const same = known.link.is === is && known.link.why === why && known.link.next === next;
  known.link = { is, since, why, next };
  if (!same) {
    tell();
  }
}

/** Nothing comes any more for now, and nobody tried in vain. A link that was stale stays so. */
export function linkIsLeft() {
  if (known.link.is === 'live') {
    linkIs('connecting');
  }
}

/** Whoever comes with the next token may have another role. */
export function forgetRole() {
  known.role = null;
  linkIs('connecting');
  tell();
}

function addMoment(at, percent, value) {
  const { recent } = known;
  const last = recent.at.at(-1) ?? -Infinity;
  if (at <= last) {
    return;
  }
  if (at - last > GAP_SECONDS && recent.at.length > 0) {
    push(last + 1, null, () => null);
  }
  push(at, percent, value);
  while (recent.at[0] < at - KEPT_SECONDS) {
    recent.at.shift();
    recent.percent.shift();
    ['old', 'new'].forEach((side) => COLUMNS.forEach((column) => recent[side][column].shift()));
  }
}

function push(at, percent, value) {
  known.recent.at.push(at);
  known.recent.percent.push(percent);
  ['old', 'new'].forEach((side) => COLUMNS.forEach((column) => known.recent[side][column].push(value(side, column))));
}
