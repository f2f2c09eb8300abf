/**
 * A finished training as one HTML page: verdict, curves, tables, the run, how it was made. The page carries all it needs
 * and asks for nothing: its policy (CSP) allows its own two scripts and its own style, by their hashes, and no request.
 * Whatever a user named (classes, columns, files, the command) is text in it and never markup. It writes no file.
 */
import { createHash } from 'node:crypto';
import uPlotLicense from 'uplot/LICENSE?raw';
import uPlotScript from 'uplot/dist/uPlot.iife.min.js?raw';
import uPlotStyle from 'uplot/dist/uPlot.min.css?raw';
import { version } from '../../package.json';
import { type Html, jsonText, markup, rawElement, textOf, type Value } from './html.js';
import chartScript from './html-report-charts.js?raw';
import pageStyle from './html-report.css?raw';
import tableStyle from './html-report-tables.css?raw';
import { runText } from './report-document.js';
import { facts, lede, parityTables, tiles, verdict } from './report-facts.js';
import { chartsOf, figure } from './report-figures.js';
import { comparedOf } from './finished.js';
import type { ReportInput } from './report-input.js';
import { confusions, details, epochs, finalNumbers, predictions } from './report-sections.js';

export type { ReportInput } from './report-input.js';

/** The whole page, with a line feed at its end. The same training gives the same text. */
export function htmlReport(input: ReportInput): string {
  const styles = lines([uPlotStyle, pageStyle, tableStyle].join('\n'));
  const scripts = [`/*!\nuPlot\n\n${uPlotLicense}*/\n${uPlotScript}`, chartScript].map(lines);
  const policy = [
    "default-src 'none'",
    `script-src ${scripts.map(hashOf).join(' ')}`,
    `style-src ${hashOf(styles)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const title = input.name === undefined ? 'IDLI training report' : `${input.name} – IDLI training report`;
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="IDLI ${version}">
<title>${title}</title>
${rawElement('style', styles)}
</head>
<body>
${body(input)}
<script type="application/json" id="chart-data">${jsonText(chartsOf(input))}</script>
${scripts.map((script) => rawElement('script', script))}
</body>
</html>
`;
  return textOf(page);
}

function body(input: ReportInput): Html {
  const { training } = input;
  const { charts, epochs: drawn } = chartsOf(input);
  const isThin = drawn.length < Math.max(training.epochs, comparedOf(input)?.curves.loss.length ?? 0);
  const matrices = confusions(input);
  return markup`<main>
<header>
<p class="project">IDLI · TRAINING REPORT</p>
<h1>${input.name ?? 'A training, checked'}</h1>
<p class="lede">${lede(input)}</p>
${verdict(input)}
${tiles(input)}
</header>
${section('Curves', [
  markup`<noscript><p class="note">Charts are drawn by a script, and none runs here. Their numbers stand below.</p></noscript>`,
  markup`<div class="charts">${charts.map((chart) => figure(chart, isThin))}</div>`,
])}
${section('The numbers at the end', [finalNumbers(input), details('Epoch by epoch', epochs(input))])}
${matrices && section('Confusion matrix', matrices)}
${section('Predictions', predictions(input))}
${training.backend === 'webgpu' && section('Computed twice', parityTables(input))}
${section('How it was made', [facts(input), notes(training.notes), command(input.command), runOf(input.document)])}
<footer><p>Made by IDLI ${version}. This page carries all it needs, and nothing leaves it.</p></footer>
</main>`;
}

function section(title: string, content: Value): Html {
  return markup`<section>\n<h2>${title}</h2>\n${content}\n</section>`;
}

function notes(sentences: readonly string[]): Value {
  const items = sentences.map((sentence) => markup`<li>${sentence}</li>`);
  return items.length > 0 && markup`<h3>Notes</h3>\n<ul class="notes">${items}</ul>`;
}

function command(text: string | undefined): Value {
  return text !== undefined && markup`<h3>Command</h3>\n<pre tabindex="0">${text}</pre>`;
}

function runOf(document: unknown): Value {
  if (document === undefined) return undefined;
  const { text, isCut } = runText(document);
  const note = isCut && markup`<p class="note">Long lists are cut here, so this is not the whole document.</p>\n`;
  return details('The run, as it was written', markup`${note}<pre tabindex="0">${text}</pre>`);
}

/** With the line ends that a browser reads, or the hashes would not fit. */
function lines(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
