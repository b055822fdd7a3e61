/**
 * What the SDK's clients find in place of their event streams, 20 KB that only operations such as S3's Select need and
 * none of ours. A name that is missing here fails the bundling.
 */
export const eventStreamSerdeProvider = () => ({});

export const resolveEventStreamSerdeConfig = <T>(config: T): T => config;

export class EventStreamSerde {}
