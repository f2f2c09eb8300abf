/** What the network is good for: measured, asked, given files to predict; taken along, opened, shared. */
import { useSignal } from '@preact/signals';
import { Tabs } from '../../parts/tabs.js';
import { sentenceOf } from '../../worker/errors.js';
import { useLab } from '../lab-context.js';
import { CodePart } from './code-part.js';
import { ExportPart } from './export-part.js';
import { FilePart, type PredictedFile } from './file-part.js';
import { HandPart } from './hand-part.js';
import { MeasurePart } from './measure-part.js';
import { InUse, OpenPart } from './open-part.js';
import { RunPart } from './run-part.js';
import { weightsText } from './weights-text.js';
import './results.css';

const TABS = [
  { value: 'file', text: 'Predict a file' },
  { value: 'save', text: 'Save the model' },
  { value: 'open', text: 'Open a model' },
  { value: 'code', text: 'As code' },
  { value: 'run', text: 'This run' },
] as const;
type Tab = (typeof TABS)[number]['value'];

export function ResultsPanel() {
  const lab = useLab();
  const { results } = lab;
  const tab = useSignal<Tab>('save');
  // Kept while another tab is looked at.
  const predicted = useSignal<PredictedFile | undefined>(undefined);
  const facts = results.facts.value;
  return (
    <section id="lab-results" class="panel" aria-labelledby="lab-results-title">
      <h2 id="lab-results-title">Results</h2>
      {results.error.value !== undefined && <p class="problem">{sentenceOf(results.error.value)}</p>}
      <InUse />
      {facts ? (
        <>
          <p class="note">The network with {weightsText(lab)}.</p>
          <h3>How good it is</h3>
          <MeasurePart facts={facts} />
          <h3>Ask it</h3>
          <HandPart key={JSON.stringify(facts.inputs)} facts={facts} />
        </>
      ) : (
        <p class="note">
          Start the training, or open a model file: then the network is measured and can be asked here.
        </p>
      )}
      <h3>Files, code and links</h3>
      <Tabs label="Files, code and links" tabs={TABS} value={tab.value} onChange={(value) => (tab.value = value)}>
        {tab.value === 'file' && (facts ? <FilePart predicted={predicted} /> : <Nothing />)}
        {tab.value === 'save' && (facts ? <ExportPart facts={facts} /> : <Nothing />)}
        {tab.value === 'open' && <OpenPart />}
        {tab.value === 'code' && <CodePart />}
        {tab.value === 'run' && <RunPart />}
      </Tabs>
    </section>
  );
}

function Nothing() {
  return <p class="note">There is no network yet: start the training, or open a model.</p>;
}
