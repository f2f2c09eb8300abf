/** The notices, under the header. */
import type { Notice } from './notices.js';
import { usePage } from './page-context.js';

export function NoticeList() {
  const { notices } = usePage();
  return (
    <div class="notices" aria-live="polite">
      {notices.shown.value.map((notice) => (
        <NoticeItem key={notice.id} {...notice} />
      ))}
    </div>
  );
}

function NoticeItem({ id, kind, text, action }: Notice) {
  const { notices } = usePage();
  const dismiss = () => notices.dismiss(id);
  return (
    <div class={`notice notice-${kind}`} role={kind === 'error' ? 'alert' : 'status'}>
      <p>{text}</p>
      {action && (
        <button
          type="button"
          class="quiet"
          onClick={() => {
            dismiss();
            action.run();
          }}
        >
          {action.label}
        </button>
      )}
      <button type="button" class="icon" aria-label="Dismiss this notice" onClick={dismiss}>
        ×
      </button>
    </div>
  );
}
