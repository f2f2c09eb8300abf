/** The classes with their marks, and how many rows of each are in each part: legend and table in one. */
import { Mark } from './marks.js';
import type { DataSummary } from './summary.js';

/** More are counted together. */
const MOST_LISTED = 30;

export function ClassCounts({ summary }: { summary: DataSummary }) {
  const { classes, counts, rows } = summary;
  const parts = (['train', 'validation', 'test'] as const).filter((part) => part === 'train' || rows[part] > 0);
  const listed = classes?.slice(0, MOST_LISTED) ?? [];
  return (
    <div class="scroll class-counts" tabIndex={0} role="region" aria-label="Rows of each class and part">
      <table>
        <thead>
          <tr>
            <th scope="col">{classes ? 'Class' : 'Rows'}</th>
            {parts.map((part) => (
              <th key={part} scope="col" class="number">
                {{ train: '● train', validation: '○ validation', test: 'test' }[part]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {listed.map((name, label) => (
            <tr key={name}>
              <th scope="row">
                <Mark label={label} />
                {name}
              </th>
              {parts.map((part) => (
                <td key={part} class="number">
                  {counts?.[part][label] ?? 0}
                </td>
              ))}
            </tr>
          ))}
          {classes && classes.length > listed.length && (
            <tr>
              <td colSpan={parts.length + 1}>and {classes.length - listed.length} more classes</td>
            </tr>
          )}
          <tr>
            <th scope="row">all</th>
            {parts.map((part) => (
              <td key={part} class="number">
                {rows[part]}
              </td>
            ))}
          </tr>
        </tbody>
      </table>
    </div>
  );
}
