// The message that is answered, in short.
import type { Reply } from "@herold/engine";
import { Button } from "react-aria-components";

import { useSay } from "../../parts/texts.tsx";
import styles from "./item.module.css";
import { shortWords } from "./short-words.ts";

export function ReplyView({ reply, onOpen }: { reply: Reply; onOpen: (eventId: string) => void }) {
  const say = useSay();
  return (
    <Button className={styles.reply ?? ""} onPress={() => onOpen(reply.eventId)}>
      <strong>{reply.sender?.name ?? say("message.reply-unknown")}</strong>
      <span>{reply.content ? shortWords(reply.content, say) : say("message.reply-not-here")}</span>
    </Button>
  );
}
