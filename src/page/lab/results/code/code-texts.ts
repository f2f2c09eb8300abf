/** A run as code in all languages that there are. In the worker, since the rows decide what the code says. */
import type { CodeFacts, CodeTexts } from './code-facts.js';
import { kerasCode } from './keras-code.js';
import { libraryCode } from './library-code.js';
import { numpyCode } from './numpy-code.js';
import { pytorchCode } from './pytorch-code.js';

export { codeFacts } from './code-facts.js';

export function codeTexts(facts: CodeFacts): CodeTexts {
  return {
    library: libraryCode(facts),
    keras: kerasCode(facts),
    pytorch: pytorchCode(facts),
    numpy: numpyCode(facts),
  };
}
