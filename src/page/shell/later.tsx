/** A part of the page that is loaded when it is first shown; a failure to load it is said, with a way to try again. */
import { useSignal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';

export function Later({ load, name }: { load: () => Promise<ComponentType>; name: string }) {
  const loaded = useSignal<{ readonly part: ComponentType } | 'failed' | undefined>(undefined);
  const begin = () => {
    loaded.value = undefined;
    load().then(
      (part) => (loaded.value = { part }),
      () => (loaded.value = 'failed'),
    );
  };
  useEffect(begin, [load]);
  const { value } = loaded;
  if (value === 'failed') {
    return (
      <div class="notice notice-error" role="alert">
        <p>{name} could not be loaded: there is no connection, or the page has changed.</p>
        <button type="button" class="quiet" onClick={begin}>
          Try again
        </button>
      </div>
    );
  }
  if (!value)
    return (
      <p class="loading" aria-busy="true">
        Loading {name} …
      </p>
    );
  return <value.part />;
}
