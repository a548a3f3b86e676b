// What can be sent besides words, in one menu.
import { ChartBar, type LucideIcon, MapPin, Paperclip, Plus, Type } from "lucide-react";
import { lazy, Suspense, useRef, useState } from "react";
import { Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";

import type { ComposerModel } from "../../models/composer/composer.model.ts";
import { IconButton } from "../../parts/button.tsx";
import { useCloseRequest } from "../../parts/close-request.ts";
import { useSay } from "../../parts/texts.tsx";
import type { TextKey } from "../../texts/keys.ts";
import styles from "../conversation/item.module.css";

const NewPollView = lazy(() =>
  import("../polls/new-poll.view.tsx").then((file) => ({ default: file.NewPollView })),
);
const LocationView = lazy(() =>
  import("./location.view.tsx").then((file) => ({ default: file.LocationView })),
);

interface Props {
  readonly model: ComposerModel;
  readonly showFormatting: () => void;
}

export function MoreView({ model, showFormatting }: Props) {
  const say = useSay();
  const picker = useRef<HTMLInputElement>(null);
  const [listed, setListed] = useState(false);
  const [open, setOpen] = useState<"poll" | "location">();
  useCloseRequest(listed ? () => setListed(false) : undefined);
  const close = (): void => setOpen(undefined);
  const entries: readonly { text: TextKey; icon: LucideIcon; act: () => void }[] = [
    { text: "composer.attach", icon: Paperclip, act: () => picker.current?.click() },
    { text: "polls.new", icon: ChartBar, act: () => setOpen("poll") },
    { text: "composer.location", icon: MapPin, act: () => setOpen("location") },
    { text: "composer.formatting", icon: Type, act: showFormatting },
  ];
  return (
    <>
      <MenuTrigger isOpen={listed} onOpenChange={setListed}>
        <IconButton icon={Plus} label={say("composer.more")} />
        <Popover className={styles.popover ?? ""} placement="top start">
          <Menu className={styles.menu ?? ""}>
            {entries.map(({ text, icon: Icon, act }) => (
              <MenuItem key={text} className={styles.entry ?? ""} onAction={act}>
                <Icon aria-hidden size={16} />
                {say(text)}
              </MenuItem>
            ))}
          </Menu>
        </Popover>
      </MenuTrigger>
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        onChange={(event) => {
          model.files.add([...(event.target.files ?? [])].map((file) => ({ file, name: file.name })));
          event.target.value = "";
        }}
      />
      <Suspense>
        {open === "poll" && <NewPollView composer={model} close={close} />}
        {open === "location" && <LocationView composer={model} close={close} />}
      </Suspense>
    </>
  );
}
