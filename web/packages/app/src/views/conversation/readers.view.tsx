// Who has read up to a message: their pictures, and on a press who and when.
import type { Reader } from "@herold/engine";
import { Button, Dialog, DialogTrigger, Popover } from "react-aria-components";

import { Avatar } from "../../parts/avatar.tsx";
import { useTexts } from "../../parts/texts.tsx";
import { fullTime } from "../../texts/times.ts";
import styles from "./readers.module.css";

const SHOWN = 4;

/** The dialog has a name. What is around it has no role, and is given the button's all the same. */
const UNNAMED = { "aria-labelledby": "" };

export function ReadersView({ readers }: { readers: readonly Reader[] }) {
  const { say, locale } = useTexts();
  if (readers.length === 0) return null;
  const names = new Intl.ListFormat(locale).format(readers.map((reader) => reader.name));
  return (
    <DialogTrigger>
      <Button className={styles.readers ?? ""} aria-label={say("message.read-by", { names })}>
        {readers.slice(0, SHOWN).map((reader) => (
          <Avatar
            key={reader.userId}
            id={reader.userId}
            name={reader.name}
            address={reader.avatar}
            size="small"
          />
        ))}
        {readers.length > SHOWN && <span aria-hidden>+{readers.length - SHOWN}</span>}
      </Button>
      <Popover className={styles.popover ?? ""} placement="top end" {...UNNAMED}>
        <Dialog aria-label={say("message.readers")} className={styles.dialog ?? ""}>
          <ul>
            {readers.map((reader) => (
              <li key={reader.userId} className={styles.reader}>
                <Avatar id={reader.userId} name={reader.name} address={reader.avatar} size="small" />
                <span className={styles.name}>{reader.name}</span>
                <time dateTime={new Date(reader.atMs).toISOString()}>{fullTime(reader.atMs, locale)}</time>
              </li>
            ))}
          </ul>
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
