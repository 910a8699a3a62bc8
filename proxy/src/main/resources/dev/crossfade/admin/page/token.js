/** The token, kept for this tab only, and the form that asks for it. */
import { byId, setText, show } from './dom.js';

const KEY = 'crossfade-token';

export const token = () => sessionStorage.getItem(KEY);

/**
 * Asks for a token.
 *
 * @param refused whether one was given that is not good (any more)
 * @param go is called when there is one
 */
export function askForToken(refused, go) {
  sessionStorage.removeItem(KEY);
  show(byId('main'), false);
  show(byId('dock'), false);
  show(byId('forget-token'), false);
  show(byId('token'), true);
  setText(
    byId('token-why'),
    refused
      ? 'This token is not, or no longer, good here. The operator’s or the viewer’s is needed.'
      : 'This proxy asks for the operator’s or the viewer’s token.');
  byId('token-why').classList.toggle('problem', refused);
  const field = byId('token-field');
  field.value = '';
  field.focus();
  byId('token-form').onsubmit = (event) => {
    event.preventDefault();
    const given = field.value.trim();
    if (given === '') {
      return;
    }
    sessionStorage.setItem(KEY, given);
    field.value = '';
    show(byId('token'), false);
    go();
  };
}
