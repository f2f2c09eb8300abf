/**
 * Which fields of a form show a text that is no value. Nothing behind the form is ever wrong for it, but it is not what is shown
 * either, so whoever acts on the form asks here first.
 */
import { computed, type ReadonlySignal, signal } from '@preact/signals';
import { createContext } from 'preact';
import { useContext, useEffect } from 'preact/hooks';

export interface Fault {
  readonly label: string;
  readonly sentence: string;
}

export interface Faults {
  /** What is wrong with the first of them, in a sentence with the field's label; undefined where nothing is. */
  readonly first: ReadonlySignal<string | undefined>;
  /** The id and the label of that field. */
  readonly place: ReadonlySignal<{ readonly id: string; readonly name: string } | undefined>;
  readonly set: (field: string, fault: Fault | undefined) => void;
}

export function openFaults(): Faults {
  const all = signal<ReadonlyMap<string, Fault>>(new Map());
  const first = computed(() => [...all.value][0]);
  return {
    first: computed(() => first.value && `${first.value[1].label}: ${first.value[1].sentence}`),
    place: computed(() => first.value && { id: first.value[0], name: first.value[1].label }),
    set(field, fault) {
      if (all.peek().get(field)?.sentence === fault?.sentence) return;
      const next = new Map(all.peek());
      if (fault === undefined) next.delete(field);
      else next.set(field, fault);
      all.value = next;
    },
  };
}

/** Where a form minds its fields; elsewhere each says its own and no more. */
export const FaultPlace = createContext<Faults | undefined>(undefined);

/** Tells the form of a field's fault, for as long as both stand. */
export function useFault(field: string, label: string, sentence: string | undefined): void {
  const faults = useContext(FaultPlace);
  useEffect(() => {
    faults?.set(field, sentence === undefined ? undefined : { label, sentence });
    return () => faults?.set(field, undefined);
  }, [faults, field, label, sentence]);
}
