export interface Message {
  readonly id: string;
  readonly topic: string;
  /** What was published, as text and as the object it was made of (null: it is none). */
  readonly text: string;
  readonly body: object | null;
  readonly attributes: Record<string, string>;
  readonly orderingKey: string | null;
  readonly publishedMs: number;
  deliveries: number;
  acked: boolean;
  /** It was not acked in time, and is gone. */
  expired: boolean;
}

export type Settle = (result: 'ack' | 'nack') => void;
