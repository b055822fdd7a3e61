import { moment, viewersZone } from "../wording.ts";

/** A moment on the viewer's clock, and on the schedule's where that is another one. */
export function ZonedMoment({ at, zone }: { at: string; zone: string }) {
  const [here, there] = [moment(at), moment(at, zone)];
  return (
    <time dateTime={at}>
      {here} <span class="zone">{viewersZone()}</span>
      {here !== there && (
        <span class="line">
          {there} <span class="zone">{zone}</span>
        </span>
      )}
    </time>
  );
}
