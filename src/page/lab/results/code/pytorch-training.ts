/** How a run trains, in lines of PyTorch: the loss of each row, the optimizer, the rate, what is measured, when it ends. */
import type { Loss, Optimizer, TrainingSettings } from '../../../../core/training.js';
import type { CodeFacts } from './code-facts.js';
import { hasRateFactor } from './python-parts.js';

export function isSum({ name }: Loss): boolean {
  return name === 'halfSumSquaredError';
}

export function rowLoss(loss: Loss, fused: string | undefined): string {
  const clipped = 'out.clamp(1e-7, 1 - 1e-7)';
  switch (loss.name) {
    case 'halfSumSquaredError':
      return '0.5 * ((out - target) ** 2).sum(1)';
    case 'meanSquaredError':
      return '((out - target) ** 2).mean(1)';
    case 'meanAbsoluteError':
      return '(out - target).abs().mean(1)';
    case 'huber':
      return `F.huber_loss(out, target, reduction="none", delta=${loss.delta}).mean(1)`;
    case 'binaryCrossentropy':
      return fused
        ? 'F.binary_cross_entropy_with_logits(out, target, reduction="none").mean(1)'
        : `F.binary_cross_entropy(${clipped}, target, reduction="none").mean(1)`;
    case 'categoricalCrossentropy':
      return fused ? 'F.cross_entropy(out, target, reduction="none")' : `-(target * ${clipped}.log()).sum(1)`;
    case 'sparseCategoricalCrossentropy':
      return fused
        ? 'F.cross_entropy(out, target[:, 0].long(), reduction="none")'
        : `F.nll_loss(${clipped}.log(), target[:, 0].long(), reduction="none")`;
    default:
      return loss satisfies never;
  }
}

/** How much each row counts: by its class, or as the data say. */
export function rowWeights({ training, hasRowWeights, widths }: CodeFacts): string {
  const { classWeight, loss } = training;
  const own = hasRowWeights ? 'torch.from_numpy(data["weight"])[:, 0]' : 'torch.ones(len(x))';
  if (!classWeight) return own;
  const outputs = widths.at(-1)!;
  const classes =
    loss.name === 'sparseCategoricalCrossentropy'
      ? 'y[:, 0].long()'
      : outputs === 1
        ? '(y[:, 0] > 0.5).long()'
        : 'y.argmax(1)';
  const list = Array.from({ length: Math.max(outputs, 2) }, (_, label) => Number(classWeight[String(label)] ?? 1));
  const byClass = `torch.tensor([${list.map((weight) => (Number.isInteger(weight) ? `${weight}.0` : weight)).join(', ')}])[${classes}]`;
  return hasRowWeights ? `${own} * ${byClass}` : byClass;
}

export function optimizerCall(optimizer: Optimizer): string {
  switch (optimizer.name) {
    case 'sgd': {
      const { momentum, nesterov } = optimizer;
      return `torch.optim.SGD(net.parameters(), rate${momentum > 0 ? `, momentum=${momentum}` : ''}${nesterov && momentum > 0 ? ', nesterov=True' : ''})`;
    }
    case 'rmsprop':
      return `torch.optim.RMSprop(net.parameters(), rate, alpha=${optimizer.rho}, eps=${optimizer.epsilon})`;
    case 'adagrad':
      return `torch.optim.Adagrad(net.parameters(), rate, initial_accumulator_value=${optimizer.initialAccumulatorValue}, eps=${optimizer.epsilon})`;
    case 'adam':
    case 'adamW': {
      const { beta1, beta2, epsilon, weightDecay } = optimizer;
      const rest = `net.parameters(), rate, betas=(${beta1}, ${beta2}), eps=${epsilon}`;
      return weightDecay > 0 ? `torch.optim.AdamW(${rest}, weight_decay=${weightDecay})` : `torch.optim.Adam(${rest})`;
    }
    default:
      return optimizer satisfies never;
  }
}

/** Where PyTorch's own would add it to the gradients. */
export function decayLines({ name, weightDecay }: Optimizer): string[] {
  if (weightDecay === 0 || name === 'adam' || name === 'adamW') return [];
  return [
    '        with torch.no_grad():',
    '            for weight in net.parameters():',
    `                weight *= 1 - optimizer.param_groups[0]["lr"] * ${weightDecay}`,
  ];
}

export function scheduleLines({ learningRateSchedule: schedule }: TrainingSettings): string[] {
  if (hasRateFactor(schedule)) return ['scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, rate_factor)'];
  if (schedule.name !== 'reduceOnPlateau') return [];
  const { factor, patience, minDelta, cooldown, minLearningRate } = schedule;
  return [
    'scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(',
    `    optimizer, factor=${factor}, patience=${patience - 1}, threshold=${minDelta}, threshold_mode="abs",`,
    `    cooldown=${cooldown}, min_lr=${minLearningRate},`,
    ')',
  ];
}

export function measureLines({ training, widths }: CodeFacts, fused: string | undefined): string[] {
  const has = (...names: readonly string[]) => training.metrics.some(({ name }) => names.includes(name));
  const isSparse = training.loss.name === 'sparseCategoricalCrossentropy';
  const right =
    widths.at(-1) === 1
      ? `((out > ${fused ? 0 : 0.5}) == (target > 0.5))`
      : `(out.argmax(1) == ${isSparse ? 'target[:, 0].long()' : 'target.argmax(1)'})`;
  const isAccurate = has('accuracy', 'binaryAccuracy', 'categoricalAccuracy', 'sparseCategoricalAccuracy');
  return [
    '@torch.no_grad()',
    'def measure(rows, target):',
    '    net.eval()',
    '    out = net(rows)',
    `    found = {"loss": row_losses(out, target).${isSum(training.loss) ? 'sum' : 'mean'}().item()}`,
    ...(isAccurate ? [`    found["accuracy"] = ${right}.float().mean().item()`] : []),
    ...(has('meanAbsoluteError') ? ['    found["meanAbsoluteError"] = (out - target).abs().mean().item()'] : []),
    ...(has('meanSquaredError') ? ['    found["meanSquaredError"] = ((out - target) ** 2).mean().item()'] : []),
    '    return found',
    '',
    '',
  ];
}

export function plateauLines({ learningRateSchedule: schedule }: TrainingSettings, hasValidation: boolean): string[] {
  if (schedule.name !== 'reduceOnPlateau') return [];
  return [`    scheduler.step(found["${schedule.monitor ?? (hasValidation ? 'val_loss' : 'loss')}"])`];
}

export function stoppingLines({ earlyStopping }: TrainingSettings, hasValidation: boolean): string[] {
  if (!earlyStopping) return [];
  const { monitor, patience, minDelta, restoreBestWeights } = earlyStopping;
  const usual = hasValidation ? 'val_loss' : 'loss';
  const watched = monitor !== undefined && isMonitored(monitor, hasValidation) ? monitor : usual;
  return [
    `    if found["${watched}"] < best - ${minDelta}:`,
    `        best, waited = found["${watched}"], 0`,
    ...(restoreBestWeights
      ? ['        best_state = {name: value.clone() for name, value in net.state_dict().items()}']
      : []),
    '    else:',
    '        waited += 1',
    `        if waited >= ${Math.max(patience, 1)}:`,
    '            break',
    ...(restoreBestWeights ? ['if best_state:', '    net.load_state_dict(best_state)'] : []),
  ];
}

export function isMonitored(monitor: string, hasValidation: boolean): boolean {
  return monitor === 'loss' || (hasValidation && monitor === 'val_loss');
}
