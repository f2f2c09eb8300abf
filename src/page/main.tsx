/** The page's entry: makes what all parts share and shows the page. It computes nothing; the workers do. */
import { signal } from '@preact/signals';
import { render } from 'preact';
import { App } from './shell/app.js';
import { openOffline } from './offline/open-offline.js';
import { openNotices } from './shell/notices.js';
import { Page, type PageContext } from './shell/page-context.js';
import { refuseStrayDrops } from './shell/stray-drops.js';
import { openStore } from './state/store.js';
import { openWorkers } from './worker/open-workers.js';
import './styles/page.css';

const notices = openNotices();
const context: PageContext = {
  ...openStore((text) => notices.add({ kind: 'warning', text })),
  notices,
  isKept: openOffline(notices),
  isTraining: signal(false),
  workers: openWorkers((name, message) =>
    notices.add({ kind: 'error', text: `The ${name.toUpperCase()} worker failed: ${message}. Start again.` }),
  ),
};
const root = document.getElementById('app')!;
refuseStrayDrops();
root.replaceChildren();
render(
  <Page.Provider value={context}>
    <App />
  </Page.Provider>,
  root,
);
