/**
 * Everything that the page shows of a person's choice, as one plain object: which view, where the walkthrough stands, what
 * the lab trains. A link carries it (link.ts), so nothing that is needed to see the same again may live elsewhere. How
 * the page looks (theme) is the visitor's own and not in it.
 */
import { LAB_START, type LabState } from '../lab/lab-state.js';
import { WALKTHROUGH_START, type WalkthroughState } from '../walkthrough/walkthrough-state.js';

export const VIEWS = ['walkthrough', 'lab', 'device', 'benchmark'] as const;
export type View = (typeof VIEWS)[number];

export interface PageState {
  readonly view: View;
  readonly walkthrough: WalkthroughState;
  readonly lab: LabState;
}

/** What a visitor sees who follows no link. */
export const START: PageState = { view: 'walkthrough', walkthrough: WALKTHROUGH_START, lab: LAB_START };
