/**
 * A change that is proposed, looked at, and only then made. It is bound to the revision that was
 * looked at: what somebody else changes in between is shown and never overwritten.
 */
import * as api from './api.js';
import { byId, el, setText, show } from './dom.js';
import { say } from './said.js';
import { known, takeAnswer } from './state.js';
import { time } from './words.js';

const CHANGES_LOOKED_AT = 50;

/** The proposal on show, or null. */
let open = null;

/**
 * Shows a proposal.
 *
 * @param change.title what it is, as a question
 * @param change.confirm the words of the button that makes it
 * @param change.look asks how things stand; gives the revision, and what would follow in words
 * @param change.make makes it, with a reason, if the revision is still that
 * @param change.made says that it was made, given the new state
 * @param change.over is called when it is gone, made or not
 */
export async function propose(change) {
  closeProposal();
  open = { change, revision: null, opener: document.activeElement };
  setText(byId('proposal-title'), change.title);
  setText(byId('proposal-confirm'), change.confirm);
  byId('proposal-reason').value = '';
  show(byId('proposal'), true);
  byId('proposal-title').focus();
  await look(open);
}

async function look(proposal) {
  stage('looking');
  words('One moment …');
  problem('');
  try {
    const seen = await proposal.change.look();
    if (proposal === open) {
      proposal.revision = seen.revision;
      words(...seen.words);
      stage('confirm');
      noticeOthers();
    }
  } catch (failure) {
    if (proposal === open) {
      words();
      problem(failure.message);
      stage('again');
    }
  }
}

async function make(proposal) {
  stage('making');
  problem('');
  try {
    const state = await proposal.change.make(byId('proposal-reason').value.trim(), proposal.revision);
    takeAnswer(state);
    if (proposal === open) {
      closeProposal();
    }
    say(`${proposal.change.made(state)} Revision ${state.revision}.`, 'good');
  } catch (failure) {
    if (proposal !== open) {
      say(failure.message, 'bad');
    } else if (failure.status === 412) {
      await showOthers(proposal);
    } else if (failure instanceof api.Unanswered) {
      problem('The proxy did not answer, so it is not known whether the change was made. Preview again: that tells.');
      stage('again');
    } else {
      problem(failure.message);
      stage('again');
    }
  }
}

/** Somebody changed something since the preview: says who, when and what, and offers a new preview. */
async function showOthers(proposal) {
  stage('making');
  let changes = [];
  try {
    changes = (await api.history(CHANGES_LOOKED_AT)).changes.filter((change) => change.revision > proposal.revision);
  } catch {
    // That there was a change is known all the same.
  }
  if (proposal !== open) {
    return;
  }
  const list = changes.map((change) =>
    el('li', {}, `${time(change.when)}, ${change.who}: ${change.what}${change.reason === '' ? '' : ` (${change.reason})`}`));
  words(
    'Something was changed since you looked. Of this proposal nothing was made.',
    list.length > 0 ? el('ul', { class: 'others' }, ...list) : '');
  stage('again');
  byId('proposal-title').focus();
}

/** A change that the stream tells of while a proposal is looked at makes it out of date. */
export function noticeOthers() {
  if (open !== null && open.stage === 'confirm' && known.now !== null && known.now.state.revision > open.revision) {
    showOthers(open);
  }
}

function stage(name) {
  open.stage = name;
  const confirm = byId('proposal-confirm');
  show(confirm, name === 'confirm' || name === 'looking' || name === 'making');
  confirm.disabled = name !== 'confirm';
  show(byId('proposal-again'), name === 'again');
  show(byId('proposal-reason-row'), name !== 'again');
}

function words(...parts) {
  byId('proposal-text').replaceChildren(
    ...parts.filter((part) => part !== '').map((part) => (typeof part === 'string' ? el('p', {}, part) : part)));
}

function problem(text) {
  setText(byId('proposal-problem'), text);
}

export function closeProposal() {
  if (open !== null) {
    const { change, opener } = open;
    open = null;
    show(byId('proposal'), false);
    change.over?.();
    opener?.focus();
  }
}

export function openProposals() {
  byId('proposal-form').addEventListener('submit', (event) => {
    event.preventDefault();
    if (open !== null && open.stage === 'confirm') {
      make(open);
    }
  });
  byId('proposal-again').addEventListener('click', () => {
    byId('proposal-title').focus();
    look(open);
  });
  byId('proposal-cancel').addEventListener('click', closeProposal);
  byId('proposal').addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      closeProposal();
    }
  });
}

/** How things stand, for a change that has no preview of its own. */
export const lookAtState = (sentence) => async () => ({ revision: (await api.state()).revision, words: [sentence] });
