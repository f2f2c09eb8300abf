/** The tutorial's run with another seed, as a task. */
import { parseRun, type Run } from '../../core/run.js';
import { type Task, taskOf } from '../../core/task.js';
import { article } from '../../runs/article.js';

export function walkthroughRun(seed: number): Run {
  return parseRun({ ...article, model: { ...article.model, seed } });
}

export function walkthroughTask(seed: number): Task {
  return taskOf(walkthroughRun(seed));
}
