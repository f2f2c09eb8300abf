/**
 * All shaders of the product at once, with the texts that people read: what tests look at, and change to show that a
 * wrong one is found. The product loads its shaders by need, and ships them in short names (`SHIPPED`).
 */
import layered from '../../shaders/layered.pack';
import shortLayered from '../../shaders/layered.pack?short';
import others from '../../shaders/layered_others.pack';
import shortOthers from '../../shaders/layered_others.pack?short';
import persistent from '../../shaders/persistent.pack';
import shortPersistent from '../../shaders/persistent.pack?short';
import { type Shaders, withTexts } from '../../src/passes/shaders.js';

export const SHADERS: Shaders = withTexts({ ...layered, ...others, ...persistent });

/** The same as they are shipped. */
export const SHIPPED: Shaders = withTexts({ ...shortLayered, ...shortOthers, ...shortPersistent });
