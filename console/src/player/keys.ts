/** Keys of the player: arrows seek five seconds, Space plays and pauses. */

const JUMPS: Record<string, number> = { ArrowLeft: -5000, ArrowRight: 5000 };

export function listenToKeys(
  element: HTMLElement,
  actions: { jump: (ms: number) => void; toggle: () => void },
): void {
  const key = (event: KeyboardEvent): void => {
    const target = event.target as HTMLElement;
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || target.matches("select, input")) return;
    const jump = JUMPS[event.key];
    if (jump !== undefined) actions.jump(jump);
    else if (event.key === " " && !target.matches("button")) actions.toggle();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  // Caught on the way down: on the seek bar arrows mean seconds, not shares of the range.
  element.addEventListener("keydown", key, { capture: true });
}
