/** Light, dark, or as the system has it: the visitor's choice, remembered in this browser. */
import { useSignal, useSignalEffect } from '@preact/signals';

const CHOICES = ['system', 'light', 'dark'] as const;
type Theme = (typeof CHOICES)[number];
const KEY = 'idli-theme';

export function ThemeButton() {
  const theme = useSignal<Theme>(remembered());
  useSignalEffect(() => {
    document.documentElement.dataset['theme'] = theme.value;
    // What is drawn on a canvas has to be drawn again.
    dispatchEvent(new Event('themechange'));
  });
  const next = CHOICES[(CHOICES.indexOf(theme.value) + 1) % CHOICES.length]!;
  return (
    <button
      type="button"
      class="theme"
      title={`Colours: ${theme.value}`}
      aria-label={`Colours: ${theme.value}. Change to ${next}.`}
      onClick={() => {
        theme.value = next;
        remember(next);
      }}
    >
      <span aria-hidden="true">{{ system: '◐', light: '○', dark: '●' }[theme.value]}</span>
    </button>
  );
}

function remembered(): Theme {
  try {
    return CHOICES.find((one) => one === localStorage.getItem(KEY)) ?? 'system';
  } catch {
    // Storage is forbidden; the choice lasts as long as the page.
    return 'system';
  }
}

function remember(theme: Theme): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // As above.
  }
}
