/** The crossfade as one bar: the fill is the share that is seen, the mark the share that is configured. */
import { byId, setText, show } from './dom.js';
import { percent, share, time, whole } from './words.js';

export function showGlance({ now }) {
  if (now === null) {
    return;
  }
  const configured = now.state.percent;
  setText(byId('percent-new'), percent(configured));
  setText(byId('percent-old'), percent(hundredths(100 - configured)));
  showBar(configured, now['share-seen']);
  setText(byId('fact-configured'), `${percent(configured)} on new`);
  setText(
    byId('fact-requests'),
    now['share-seen'] === null ? 'no requests' : `${share(now['share-seen'])} on new`);
  setText(byId('fact-visitors'), visitors(now.new.visitors, now.old.visitors));
  setText(byId('fact-change'), lastChange(now.state));
}

/** A tab's title is read where its page is not, so it says what is so or nothing. */
export function showTitle({ now, link }) {
  document.title = now !== null && link.is === 'live' ? `${percent(now.state.percent)} on new · Crossfade` : 'Crossfade';
}

function showBar(configured, seen) {
  const bar = byId('bar');
  bar.style.setProperty('--configured', configured);
  bar.style.setProperty('--seen', seen ?? configured);
  bar.classList.toggle('unseen-share', seen === null);
  bar.classList.toggle('right', configured > 85);
  bar.classList.toggle('left', configured < 15);
  setText(bar.querySelector('.mark span'), `configured ${percent(configured)}`);
  const words =
    seen === null
      ? `${percent(configured)} of visitors on new, as configured; no requests in the last minute`
      : `${percent(configured)} of visitors on new, as configured; ${share(seen)} of the requests of the last minute went there`;
  if (bar.getAttribute('aria-label') !== words) {
    bar.setAttribute('aria-label', words);
  }
}

/** Shows in the bar where the mark would go; null for nowhere. */
export function showProposedShare(proposed) {
  const marker = byId('bar').querySelector('.proposed');
  show(marker, proposed !== null);
  if (proposed !== null) {
    marker.style.setProperty('--proposed', proposed);
  }
}

function visitors(onNew, onOld) {
  const all = onNew + onOld;
  return all === 0 ? 'no visitors' : `${share((100 * onNew) / all)} on new: ${whole(onNew)} of ${whole(all)}`;
}

function lastChange(state) {
  const reason = state.reason === '' ? '' : `: ${state.reason}`;
  return `revision ${state.revision}, ${time(state['changed-at'])} by ${state['changed-by']}${reason}`;
}

/** 100 − 99.99 is 0.01, and not a hair's breadth more. */
export const hundredths = (number) => Math.round(number * 100) / 100;
