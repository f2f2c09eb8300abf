/** Which cell of a figure is pointed at or has the focus, and which cells are lit up for it. */
import { createContext } from 'preact';
import type { Signal } from '@preact/signals';
import type { CellRef, Kind } from './origins.js';

export interface Pointed {
  readonly cell: CellRef;
  readonly kind: Kind;
}

export interface Pointing {
  readonly pointed: Signal<Pointed | undefined>;
  readonly sources: { readonly value: readonly CellRef[] };
}

export const PointingContext = createContext<Pointing | undefined>(undefined);
