/** A metric's name for people: `rootMeanSquaredError` is `Root mean squared error`. */
export function measureName(name: string): string {
  const special: Readonly<Record<string, string>> = { auc: 'Area under the curve', r2Score: 'R²', f1Score: 'F1' };
  const words = name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return special[name] ?? words.charAt(0).toUpperCase() + words.slice(1);
}
