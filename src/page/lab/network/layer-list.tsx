/**
 * The list of layers, edited in place. Edits go into the run; what is kept here is which card is which, so that fields and the focus
 * stay with their layer when it moves.
 */
import type { Signal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { type LayerDocument, layerWidths } from '../../../core/model.js';
import { useLab } from '../lab-context.js';
import { type CardPart, LayerCard } from './layer-card.js';
import { describeLayer, filled, insertAt, moveTo, newLayer, removeAt, replaceAt, withLayers } from './layer-edits.js';
import { outputHint } from './output-hint.js';
import { besideField, layerField, networkProblem } from './problem-at.js';

/** @param news said to who cannot see what an edit does */
export function LayerList({ news }: { news: Signal<string> }) {
  const lab = useLab();
  const { state, editRun, data } = lab;
  const { layers } = state.value.run.model;
  const list = useRef<HTMLOListElement>(null);
  const nextKey = useRef(0);
  const keys = useRef<readonly number[]>([]);
  const focus = useRef<{ readonly index: number; readonly part: CardPart } | undefined>(undefined);
  const own = useRef<readonly LayerDocument[] | undefined>(undefined);
  // Another network from elsewhere (a link, a preset) has cards of its own.
  if (own.current !== layers) keys.current = layers.map(() => (nextKey.current += 1));
  own.current = layers;

  useLayoutEffect(() => {
    const { current } = focus;
    if (!current) return;
    focus.current = undefined;
    const card = list.current?.querySelectorAll('.layer')[current.index];
    const part = card?.querySelector<HTMLElement>(`[data-part="${current.part}"]:enabled`);
    // At an end of the list one of the two ways is closed.
    const other = current.part === 'up' ? 'down' : 'up';
    const instead = card?.querySelector<HTMLElement>(`[data-part="${other}"]:enabled`);
    (part ?? (current.part === 'card' ? undefined : instead) ?? (card as HTMLElement | undefined))?.focus();
  });

  const setLayers = (change: (all: readonly LayerDocument[]) => readonly LayerDocument[]) =>
    editRun((run) => {
      own.current = change(run.model.layers);
      return withLayers(run, own.current);
    });
  const insert = (at: number, layer: LayerDocument) => {
    keys.current = insertAt(keys.current, at, (nextKey.current += 1));
    setLayers((all) => insertAt(all, at, layer));
  };
  const add = (at: number) => {
    focus.current = { index: at, part: 'type' };
    const layer = newLayer('dense');
    insert(at, layer);
    news.value = `Layer added at place ${at + 1} of ${layers.length + 1}: ${describeLayer(layer)}.`;
  };
  const duplicate = (at: number) => {
    focus.current = { index: at + 1, part: 'card' };
    insert(at + 1, layers[at]!);
    news.value = `Layer ${at + 1} duplicated; the copy is layer ${at + 2} of ${layers.length + 1}.`;
  };
  const remove = (at: number) => {
    const left = layers.length - 1;
    focus.current = { index: Math.min(at, left - 1), part: 'card' };
    keys.current = removeAt(keys.current, at);
    setLayers((all) => removeAt(all, at));
    news.value = `Layer ${at + 1} removed; ${left} ${left === 1 ? 'is' : 'are'} left.`;
  };
  const move = (at: number, by: -1 | 1) => {
    focus.current = { index: at + by, part: by < 0 ? 'up' : 'down' };
    keys.current = moveTo(keys.current, at, at + by);
    setLayers((all) => moveTo(all, at, at + by));
    news.value = `Layer ${at + 1} is now layer ${at + by + 1} of ${layers.length}.`;
  };

  const problem = networkProblem(lab);
  const place = layerField(problem?.field);
  const sentenceAt = (at: number) => (field: string) =>
    problem && place?.[0] === at && place[1] === field ? besideField(problem) : undefined;
  const { training } = state.value.run;
  const loss = typeof training.loss === 'string' ? training.loss : training.loss.name;
  const whole = layers.map(filled);
  const hint = outputHint(whole, loss, data.summary.value);
  const inputs = data.summary.value?.inputs;
  const widths = inputs === undefined ? undefined : layerWidths(whole, inputs);
  return (
    <>
      <ol class="layers" ref={list}>
        {layers.map((layer, at) => (
          <li key={keys.current[at]!}>
            <InsertButton at={at} onClick={() => add(at)} />
            <LayerCard
              layer={layer}
              index={at}
              count={layers.length}
              inputs={widths?.[at]}
              hint={at === layers.length - 1 && place?.[0] !== at ? hint : undefined}
              problem={sentenceAt(at)}
              onChange={(changed) => setLayers((all) => replaceAt(all, at, changed))}
              onMove={(by) => move(at, by)}
              onDuplicate={() => duplicate(at)}
              onRemove={() => remove(at)}
            />
          </li>
        ))}
      </ol>
      <button type="button" class="quiet add-layer" onClick={() => add(layers.length)}>
        Add a layer at the end
      </button>
    </>
  );
}

function InsertButton({ at, onClick }: { at: number; onClick: () => void }) {
  const label = at === 0 ? 'Add a layer at the start' : `Add a layer between ${at} and ${at + 1}`;
  return (
    <button type="button" class="insert" aria-label={label} title={label} onClick={onClick}>
      <span aria-hidden="true">+</span>
    </button>
  );
}
