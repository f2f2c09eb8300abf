/**
 * The reference's own sources, as they stood when the page was built, cut to what a step of the walkthrough is about.
 * Loaded when the page has shown its numbers.
 */
import initializers from '../../core/initializers.ts?raw';
import random from '../../core/random.ts?raw';
import activation from '../../reference/activation.ts?raw';
import dense from '../../reference/dense.ts?raw';
import loss from '../../reference/loss.ts?raw';
import matrix from '../../reference/matrix.ts?raw';
import optimizer from '../../reference/optimizer.ts?raw';
import training from '../../reference/training.ts?raw';
import article from '../../runs/article.ts?raw';
import keras from './samples/keras.ts?raw';
import loops from './samples/loops.ts?raw';
import plan from './samples/plan.ts?raw';
import { cutCase, cutDeclaration } from './cut-code.js';

const SOURCES = {
  'src/core/initializers.ts': initializers,
  'src/core/random.ts': random,
  'src/reference/activation.ts': activation,
  'src/reference/dense.ts': dense,
  'src/reference/loss.ts': loss,
  'src/reference/matrix.ts': matrix,
  'src/reference/optimizer.ts': optimizer,
  'src/reference/training.ts': training,
  'src/runs/article.ts': article,
  'src/page/walkthrough/samples/keras.ts': keras,
  'src/page/walkthrough/samples/loops.ts': loops,
  'src/page/walkthrough/samples/plan.ts': plan,
} as const;

/** A declaration of one of these files, of a switch in it one case where that is named. */
export interface Excerpt {
  readonly file: keyof typeof SOURCES;
  readonly name: string;
  readonly only?: string;
}

/** @throws CutError where the file has it no more */
export function excerptText({ file, name, only }: Excerpt): string {
  const whole = cutDeclaration(SOURCES[file], name);
  return only === undefined ? whole : cutCase(whole, only);
}
