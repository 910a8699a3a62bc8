/** Reasons for trouble, worst first, at the top of the page. */
import { byId, el, fill, setText, show } from './dom.js';
import { share, time } from './words.js';

/** From this share of errors on they are a trouble, where there are some requests at all, and until they are clearly fewer. */
const MANY_ERRORS = 0.05;
const CLEARLY_FEWER = 0.04;
const SOME_REQUESTS = 1;

/** The sides that are in this trouble. */
const failing = { new: false, old: false };

let spokenOf = '';

export function showTroubles(known, tryNow) {
  const troubles = [...ofLink(known.link), ...(known.now === null ? [] : of(known.now))];
  const section = byId('troubles');
  show(section, troubles.length > 0);
  fill(section.querySelector('ul'), JSON.stringify(troubles), () =>
    troubles.map((trouble) =>
      el(
        'li',
        { 'data-weight': trouble.weight },
        el('span', {}, el('strong', {}, trouble.what), ` ${trouble.so}`),
        trouble.again ? el('button', { type: 'button', click: tryNow }, 'Try now') : null)));
  if (troubles.length > 0 || known.link.is === 'live') {
    speakOf(troubles);
  }
}

/** Says what is new among the troubles, once; in a place of their own, not over the answer to what the operator does. */
function speakOf(troubles) {
  const said = byId('troubles-said');
  const names = troubles.map((trouble) => trouble.what).join(' ');
  if (names !== spokenOf) {
    const fresh = troubles.filter((trouble) => !spokenOf.includes(trouble.what));
    spokenOf = names;
    if (fresh.length > 0) {
      setText(said, fresh.map((trouble) => trouble.what).join(' '));
    } else if (troubles.length === 0) {
      setText(said, 'The trouble is over.');
    }
  }
}

function ofLink(link) {
  if (link.is !== 'stale') {
    return [];
  }
  return [
    {
      weight: 'bad',
      what: `Stale since ${time(link.since)}.`,
      so: `${link.why} What you see is from then. It is tried again and again; changes and the rollback are still sent.`,
      again: true,
    },
  ];
}

function of(now) {
  const { maintenance } = now.state;
  const troubles = [];
  const add = (weight, what, so) => troubles.push({ weight, what, so });
  if (!now.durable) {
    add('bad', 'The state could not be saved.', 'What is in force would be lost by a restart: don’t restart the proxy. Make room in the state folder or make it writable; it goes on trying.');
  }
  if (now['not-ready'] !== null) {
    add('bad', 'Not ready.', now['not-ready']);
  }
  if (!now.old.available) {
    add('bad', 'Old has no healthy endpoint.', 'Its visitors get 503.');
  }
  if (!now.new.available) {
    add(
      'bad',
      'New has no healthy endpoint.',
      now.failover ? 'Failover is active: old serves its visitors meanwhile.' : 'Its visitors get 503.');
  }
  for (const side of ['new', 'old']) {
    const { requests, errors, closed } = now[side];
    // What maintenance and freeze refuse is no reason for a rollback.
    const failed = (errors - closed) / requests;
    failing[side] = failing[side] ? failed >= CLEARLY_FEWER : requests >= SOME_REQUESTS && failed >= MANY_ERRORS;
    if (failing[side]) {
      add('bad', `Many errors on ${side}.`, `${share(100 * failed)} of its answers have a status of 500 or more.`);
    }
    if (maintenance[side]) {
      add('warn', `${side === 'new' ? 'New' : 'Old'} is in maintenance.`, 'Its visitors get 503; the upgrade cookie passes.');
    }
  }
  if (maintenance['freeze-writes']) {
    add('warn', 'Writes are frozen.', 'All but GET, HEAD, OPTIONS and TRACE get 503, on both sides.');
  }
  return troubles;
}
