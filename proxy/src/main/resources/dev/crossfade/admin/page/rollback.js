/**
 * The rollback: always in reach, and not to be set off by a slip. It is held for a second, with the
 * pointer or with Enter or Space; to let go, to slide off or Escape cancels. A click that comes
 * without pointer and key, as from a screen reader or a switch, can't be held: it is asked for twice.
 */
import * as api from './api.js';
import { byId, setText } from './dom.js';
import { say } from './said.js';
import { takeAnswer } from './state.js';

const HOLD_MILLIS = 1000;
const SECOND_CLICK_MILLIS = 8000;

let holding = null;
let askedAt = -Infinity;
let underWay = false;

export function openRollback() {
  const button = byId('rollback');
  button.addEventListener('pointerdown', (event) => {
    // A touch stays with what it began on, the button or a word in it, wherever the finger goes: it would never leave.
    if (event.target.hasPointerCapture(event.pointerId)) {
      event.target.releasePointerCapture(event.pointerId);
    }
    if (event.button === 0) {
      begin();
    }
  });
  ['pointerup', 'pointerleave', 'pointercancel', 'blur'].forEach((end) => button.addEventListener(end, cancel));
  button.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      if (!event.repeat) {
        begin();
      }
    } else if (event.key === 'Escape') {
      cancel();
    }
  });
  button.addEventListener('keyup', (event) => {
    event.preventDefault();
    cancel();
  });
  // A long press on a screen is no wish for a menu.
  button.addEventListener('contextmenu', (event) => event.preventDefault());
  button.addEventListener('click', (event) => {
    if (event.detail === 0) {
      clickedWithoutHolding();
    }
  });
}

function begin() {
  if (holding !== null || underWay) {
    return;
  }
  byId('rollback').classList.add('holding');
  say('Keep holding to roll back …');
  holding = setTimeout(() => {
    letGo();
    rollBack();
  }, HOLD_MILLIS);
}

function cancel() {
  if (holding !== null) {
    letGo();
    say('Nothing was done: hold the button for a second to roll back.');
  }
}

function letGo() {
  clearTimeout(holding);
  holding = null;
  byId('rollback').classList.remove('holding');
}

function clickedWithoutHolding() {
  if (performance.now() - askedAt < SECOND_CLICK_MILLIS) {
    askedAt = -Infinity;
    rollBack();
  } else {
    askedAt = performance.now();
    say('Press once more within eight seconds to roll back: everyone to old.');
  }
}

async function rollBack() {
  const button = byId('rollback');
  const label = button.querySelector('.label');
  underWay = true;
  button.classList.add('under-way');
  setText(label, 'Rolling back …');
  say('Rolling back …');
  try {
    const state = await api.rollback(byId('rollback-reason').value.trim());
    byId('rollback-reason').value = '';
    takeAnswer(state);
    say(
      state.durable === false
        ? `Rolled back: everyone is on old. But it could not be saved yet; don’t restart the proxy. Revision ${state.revision}.`
        : `Rolled back: everyone is on old. Revision ${state.revision}.`,
      state.durable === false ? 'bad' : 'good');
  } catch (failure) {
    say(
      failure instanceof api.Unanswered
        ? 'The proxy did not answer, so it is not known whether it rolled back. Hold again: a second rollback does no harm.'
        : `Not rolled back: ${failure.message}`,
      'bad');
  } finally {
    underWay = false;
    button.classList.remove('under-way');
    setText(label, 'Roll back');
  }
}
