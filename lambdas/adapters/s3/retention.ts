/**
 * The tag that says `expires` of files and records that no manifest names: they may be deleted when their time is over. A
 * lifecycle that goes by age alone would take the file that is current and never changed.
 */
export const retentionTag = "retention";

/** As a request's header has it. */
export const expiring = `${retentionTag}=expires`;
