// The message that is answered, in short.
import type { Reply } from "@herold/engine";
import { Button } from "react-aria-components";

import { useTexts } from "../../parts/texts.tsx";
import { shortWords } from "../../texts/short-words.ts";
import styles from "./item.module.css";

export function ReplyView({ reply, onOpen }: { reply: Reply; onOpen: (eventId: string) => void }) {
  const texts = useTexts();
  const { say } = texts;
  return (
    <Button className={styles.reply ?? ""} onPress={() => onOpen(reply.eventId)}>
      <strong>{reply.sender?.name ?? say("message.reply-unknown")}</strong>
      <span>{reply.content ? shortWords(reply.content, texts) : say("message.reply-not-here")}</span>
    </Button>
  );
}
