/** Puts the page together: what is known comes from the stream, and every part shows its share of it. */
import { openCharts, showCharts } from './charts.js';
import { byId, setText, show } from './dom.js';
import { showEndpoints } from './endpoints.js';
import { openExplain } from './explain.js';
import { showGlance, showTitle } from './glance.js';
import { showHistory } from './history.js';
import { openMaintenance, showMaintenance } from './maintenance.js';
import { showNumbers } from './numbers.js';
import { closeProposal, noticeOthers, openProposals } from './proposal.js';
import { openRollback } from './rollback.js';
import { openShare, showShare } from './share.js';
import { forgetRole, linkIs, linkIsLeft, takeEvent, whenKnown } from './state.js';
import { openStream } from './stream.js';
import { askForToken, token } from './token.js';
import { showTroubles } from './troubles.js';
import { time } from './words.js';

let stream = null;

function start() {
  show(byId('main'), true);
  show(byId('dock'), true);
  show(byId('link'), true);
  show(byId('forget-token'), token() !== null);
  linkIs('connecting');
  stream = openStream({
    event: takeEvent,
    live: () => linkIs('live'),
    unseen: linkIsLeft,
    lost: (why, next) => linkIs('stale', why, next),
    unauthorised: () => goOnWithToken(token() !== null),
  });
}

function forgetToken() {
  stream.stop();
  goOnWithToken(false);
}

/** Until there is one nothing is known of the proxy, and nothing proposed to it. */
function goOnWithToken(refused) {
  closeProposal();
  forgetRole();
  show(byId('link'), false);
  askForToken(refused, start);
}

const LINK = {
  connecting: () => 'Connecting',
  live: () => 'Live',
  stale: ({ since }) => `Stale since ${time(since)}`,
};

function showLink({ link }) {
  setText(byId('link'), LINK[link.is](link));
  byId('link').dataset.link = link.is;
  document.body.classList.toggle('stale', link.is !== 'live');
}

/** Controls are shown to whoever may use them, or while that is not known. */
function showRole({ role }) {
  setText(byId('role'), role ?? '');
  show(byId('role'), role !== null && token() !== null);
  document.querySelectorAll('[data-changes]').forEach((element) => show(element, role !== 'viewer'));
  show(byId('viewer'), role === 'viewer');
}

setText(byId('instance'), location.host);
openCharts();
openExplain();
openMaintenance();
openProposals();
openRollback();
openShare();
byId('forget-token').addEventListener('click', forgetToken);
[
  showLink,
  showRole,
  showGlance,
  showTitle,
  (all) => showTroubles(all, () => stream?.tryNow()),
  showNumbers,
  showShare,
  showCharts,
  showEndpoints,
  showMaintenance,
  showHistory,
  noticeOthers,
].forEach(whenKnown);
start();
