/** The slider: sets a percentage to look at. What it would do is the proxy's to say, and nothing is done before that. */
import * as api from './api.js';
import { byId, el, setText } from './dom.js';
import { showProposedShare } from './glance.js';
import { propose } from './proposal.js';
import { known } from './state.js';
import { percent, plural, whole } from './words.js';

const OFTEN_USED = [0, 1, 5, 10, 25, 50, 75, 100];

/** Whether somebody has begun to set it; until then it follows what is in force. */
let touched = false;

export function openShare() {
  byId('share-form').querySelector('.picks').append(
    ...OFTEN_USED.map((share) => el('button', { type: 'button', click: () => pick(share) }, percent(share))));
  byId('share-slider').addEventListener('input', (event) => pick(Number(event.target.value)));
  byId('share-field').addEventListener('input', (event) => {
    touched = true;
    byId('share-slider').value = event.target.value;
    showProposedShare(wanted());
  });
  byId('share-form').addEventListener('submit', (event) => {
    event.preventDefault();
    preview();
  });
}

export function showShare({ now }) {
  if (now !== null && !touched) {
    set(now.state.percent);
  }
}

function pick(share) {
  touched = true;
  set(share);
  showProposedShare(share);
}

function set(share) {
  byId('share-field').value = share;
  const slider = byId('share-slider');
  slider.value = share;
  slider.setAttribute('aria-valuetext', `${percent(share)} on new`);
}

/** What is in the field: a percentage in hundredths, or null. */
function wanted() {
  const field = byId('share-field');
  return field.value !== '' && field.checkValidity() ? Number(field.value) : null;
}

function preview() {
  const share = wanted();
  setText(byId('share-problem'), share === null ? 'A percentage is a number from 0 to 100, in steps of 0.01.' : '');
  if (share === null) {
    return;
  }
  propose({
    title: `Set the share of new to ${percent(share)}?`,
    confirm: `Set ${percent(share)}`,
    look: async () => {
      const dryRun = await api.preview(share);
      return { revision: dryRun.revision, words: consequences(dryRun) };
    },
    make: (reason, revision) => api.setShare(share, reason, revision),
    made: (state) => `The share of new is ${percent(state.percent)}.`,
    over: () => {
      touched = false;
      showProposedShare(null);
      showShare(known);
    },
  });
  // The end of a preview that this one replaces has put it back.
  pick(share);
}

function consequences(dryRun) {
  const change = `From ${percent(dryRun.from)} to ${percent(dryRun.to)}, on revision ${dryRun.revision}.`;
  const { 'to-new': toNew, 'to-old': toOld } = dryRun['visitors-moving'];
  const seen = `of the ${whole(dryRun['visitors-seen'])} seen in the last 30 minutes`;
  if (dryRun.from === dryRun.to) {
    return [change, 'That is what is in force: nothing would change.'];
  }
  if (dryRun['visitors-seen'] === 0) {
    return [change, 'No visitor was seen in the last 30 minutes, so nobody is known who would move.'];
  }
  const moves = [];
  if (toNew > 0 || toOld === 0) {
    moves.push(`${plural(toNew, 'visitor', 'visitors')} to new`);
  }
  if (toOld > 0) {
    moves.push(`${plural(toOld, 'visitor', 'visitors')} to old`);
  }
  return [el('p', { class: 'consequence' }, `Moves about ${moves.join(' and ')}`, el('span', { class: 'dim' }, ` ${seen}`)), change];
}
