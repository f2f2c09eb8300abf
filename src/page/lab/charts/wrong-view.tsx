/** The examples that the network is wrong about, the surest mistakes first: as pictures, or as rows of a table. */
import { type ReadonlySignal, useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { percentText, wholeText } from '../../../core/text.js';
import { type Paint, savePainted, type Size } from '../../parts/canvas-chart.js';
import { sansOf } from '../../parts/frame.js';
import { shownNumber } from './shown-number.js';
import { useView } from './use-view.js';
import { EmptyView, ViewFrame } from './view-frame.js';
import type { WrongExample, WrongView } from './view-results.js';

type Picture = NonNullable<WrongView['picture']>;

export function WrongTab({ isSeen }: { readonly isSeen: ReadonlySignal<boolean> }) {
  const state = useView((views, request) => views.wrong(request), useSignal(undefined), isSeen);
  return <ViewFrame state={state.value}>{(view, when) => <Wrong view={view} when={when} />}</ViewFrame>;
}

function Wrong({ view, when }: { readonly view: WrongView; readonly when: string }) {
  const { part, rows, of, wrong, examples, picture } = view;
  const which = rows === of ? `all ${wholeText(of)}` : `${wholeText(rows)} evenly spread of ${wholeText(of)}`;
  if (wrong === 0)
    return <EmptyView what="Nothing to show here" why={`the network is right about ${which} ${part} rows ${when}.`} />;
  const shown = examples.length < wrong ? ` The ${examples.length} surest mistakes are shown.` : '';
  return (
    <>
      {picture ? (
        <ul class="wrong-pictures">
          {examples.map((example) => (
            <li key={example.row}>
              <SmallPicture picture={picture} example={example} />
              <p>
                <b>{example.said}</b> {percentText(example.saidShare)}
              </p>
              <p class="note">
                is {example.truth}, {percentText(example.truthShare)}
              </p>
            </li>
          ))}
        </ul>
      ) : (
        <WrongRows view={view} />
      )}
      <p class="note chart-remarks">
        Of {which} {part} rows the network is wrong about {wholeText(wrong)} ({percentText(wrong / rows)}).{shown} What
        it says and how sure it is, computed by the reference from the weights {when}.
      </p>
      {picture && (
        <div class="buttons small-buttons">
          <button
            type="button"
            class="quiet"
            onClick={() => savePainted('Misclassified examples', paintPictures(examples, picture), sheetOf(examples))}
          >
            Save as PNG
          </button>
        </div>
      )}
    </>
  );
}

function WrongRows({ view: { examples, names, part } }: { readonly view: WrongView }) {
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label="Table of misclassified rows">
      <table class="wrong-rows">
        <thead>
          <tr>
            <th scope="col">{part === 'training' ? 'Training' : 'Validation'} row</th>
            <th scope="col">Said</th>
            <th scope="col">True</th>
            {names.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {examples.map((example) => (
            <tr key={example.row}>
              <th scope="row">{wholeText(example.row + 1)}</th>
              <td>
                {example.said} <span class="share">{percentText(example.saidShare)}</span>
              </td>
              <td>
                {example.truth} <span class="share">{percentText(example.truthShare)}</span>
              </td>
              {Array.from(example.values, (value, i) => (
                <td key={i}>{shownNumber(value)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function SmallPicture({ picture, example }: { readonly picture: Picture; readonly example: WrongExample }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => drawPicture(canvas.current!, picture, example.values), [picture, example]);
  return (
    <canvas
      ref={canvas}
      width={picture.width}
      height={picture.height}
      role="img"
      aria-label={`Picture ${example.row + 1}: a ${example.truth} taken for ${example.said}`}
    />
  );
}

function drawPicture(canvas: HTMLCanvasElement, { height, width, channels }: Picture, values: Float32Array): void {
  const context = canvas.getContext('2d')!;
  const image = context.createImageData(width, height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let c = 0; c < 3; c++) image.data[4 * pixel + c] = 255 * values[pixel * channels + Math.min(c, channels - 1)]!;
    image.data[4 * pixel + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}

const CARD = { width: 116, height: 128, picture: 84 };
const IN_ROW = 6;

function sheetOf(examples: readonly WrongExample[]): (width: number) => Size {
  return () => ({ width: IN_ROW * CARD.width, height: Math.ceil(examples.length / IN_ROW) * CARD.height });
}

function paintPictures(examples: readonly WrongExample[], picture: Picture): Paint {
  return (context, _, palette) => {
    context.imageSmoothingEnabled = false;
    context.font = `12px ${sansOf()}`;
    context.textBaseline = 'top';
    examples.forEach((example, i) => {
      const [left, top] = [(i % IN_ROW) * CARD.width, Math.floor(i / IN_ROW) * CARD.height];
      const canvas = document.createElement('canvas');
      canvas.width = picture.width;
      canvas.height = picture.height;
      drawPicture(canvas, picture, example.values);
      context.drawImage(canvas, left, top, CARD.picture, (CARD.picture * picture.height) / picture.width);
      context.fillStyle = palette('--ink');
      context.fillText(
        `${example.said}, ${percentText(example.saidShare)}`,
        left,
        top + CARD.picture + 6,
        CARD.width - 6,
      );
      context.fillStyle = palette('--muted');
      context.fillText(`is ${example.truth}`, left, top + CARD.picture + 22, CARD.width - 6);
    });
  };
}
