/** The network and its answers as files, each with what it is good for. */
import { useLab } from '../lab-context.js';
import { saveDownload } from './save-download.js';
import type { ExportFormat, ModelFacts } from './subject.js';
import { useTask } from './use-task.js';

interface Entry {
  readonly name: string;
  readonly about: string;
}

const FORMATS: Readonly<Record<ExportFormat, Entry>> = {
  idli: {
    name: 'IDLI model',
    about: 'Safetensors with all that is known: weights, layers, how inputs are prepared. It opens here and with idli.',
  },
  onnx: {
    name: 'ONNX',
    about: 'For ONNX Runtime and most other programs. It takes inputs as the network sees them.',
  },
  'onnx-scaled': {
    name: 'ONNX that scales',
    about: 'The same, but it takes the numbers as they stand in the table, and scales them itself.',
  },
  pytorch: {
    name: 'PyTorch',
    about: 'A zip of the weights and model.py, which checks itself (--check) and trains on (--train).',
  },
  json: {
    name: 'JSON',
    about: 'The run with the trained weights, to read or to train on from with idli train. For small networks.',
  },
};

export function ExportPart({ facts }: { facts: ModelFacts }) {
  const { results } = useLab();
  const task = useTask();
  const formats = (Object.keys(FORMATS) as ExportFormat[]).filter((name) => name !== 'onnx-scaled' || facts.canScale);
  const hasRows = facts.rows.train > 0;
  return (
    <>
      <ul class="exports">
        {formats.map((format) => (
          <Row
            key={format}
            {...FORMATS[format]}
            isBusy={task.isBusy.value}
            onSave={() => task.run(async () => saveDownload(await results.ask((one) => one.export(format))))}
          />
        ))}
        {hasRows && (
          <Row
            name="Predictions"
            about="A CSV of all rows of the data, with what the network says behind them."
            isBusy={task.isBusy.value}
            onSave={() => task.run(async () => saveDownload(await results.ask((one) => one.predictParts())))}
          />
        )}
      </ul>
      <p class="problem" role="alert">
        {task.problem.value}
      </p>
      <p class="note">For Keras there is code, under “As code”.</p>
    </>
  );
}

function Row({ name, about, isBusy, onSave }: Entry & { readonly isBusy: boolean; readonly onSave: () => void }) {
  return (
    <li>
      <button type="button" class="quiet" disabled={isBusy} aria-label={`Save as ${name}`} onClick={onSave}>
        {name}
      </button>
      <span>{about}</span>
    </li>
  );
}
