// What is looked for, besides words: a kind, a person, days.
import type { FoundKind, Profile } from "@herold/engine";
import { SlidersHorizontal, X } from "lucide-react";
import { useState } from "react";
import {
  ComboBox,
  Disclosure,
  DisclosurePanel,
  Heading,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Button as Pressable,
  TextField,
  ToggleButton,
  ToggleButtonGroup,
} from "react-aria-components";

import type { SearchModel } from "../../models/search/search.model.ts";
import { Avatar } from "../../parts/avatar.tsx";
import { IconButton } from "../../parts/button.tsx";
import { useLive } from "../../parts/live.ts";
import { useSay } from "../../parts/texts.tsx";
import styles from "./search.module.css";

const KINDS = ["all", "pictures", "files", "links"] as const;

/** People whose names fit, the best first. */
export type FindPeople = (words: string) => Promise<readonly Profile[]>;

interface Props {
  readonly model: SearchModel;
  readonly people: FindPeople;
  /** Results of one room are in one group. */
  readonly grouped: boolean;
}

export function FiltersView({ model, people, grouped }: Props) {
  const say = useSay();
  const wanted = useLive(model.wanted);
  const grouping = useLive(model.grouping);
  return (
    <div className={styles.filters}>
      <Toggles
        label={say("search.kind")}
        options={KINDS.map((kind) => ({ value: kind, label: say(`search.${kind}`) }))}
        value={wanted.kind ?? "all"}
        onChange={(kind) => model.want({ kind: kind === "all" ? undefined : (kind as FoundKind) })}
      />
      <Disclosure className={styles.disclosure ?? ""}>
        {/* In a panel it stands below the panel's title. */}
        <Heading level={grouped ? 2 : 3} className={styles.disclosureHead ?? ""}>
          <Pressable slot="trigger" className={styles.disclose ?? ""}>
            <SlidersHorizontal aria-hidden size={15} />
            {say("search.narrow")}
          </Pressable>
        </Heading>
        <DisclosurePanel className={styles.disclosed ?? ""}>
          <PersonField chosen={wanted.sender} people={people} onChange={(sender) => model.want({ sender })} />
          <div className={styles.days}>
            <DayField
              label={say("search.from-day")}
              value={wanted.fromDay}
              onChange={(fromDay) => model.want({ fromDay })}
            />
            <DayField
              label={say("search.until-day")}
              value={wanted.untilDay}
              onChange={(untilDay) => model.want({ untilDay })}
            />
          </div>
          {grouped && (
            <Toggles
              label={say("search.order")}
              options={[
                { value: "time", label: say("search.by-time") },
                { value: "room", label: say("search.by-room") },
              ]}
              value={grouping}
              onChange={(chosen) => model.group(chosen)}
            />
          )}
        </DisclosurePanel>
      </Disclosure>
    </div>
  );
}

interface TogglesProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  readonly onChange: (value: Value) => void;
}

export function Toggles<Value extends string>({ label, value, options, onChange }: TogglesProps<Value>) {
  return (
    <ToggleButtonGroup
      aria-label={label}
      className={styles.toggles ?? ""}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[value]}
      onSelectionChange={(keys) => {
        for (const option of options) if (keys.has(option.value)) onChange(option.value);
      }}
    >
      {options.map((option) => (
        <ToggleButton key={option.value} id={option.value} className={styles.toggle ?? ""}>
          {option.label}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}

interface DayProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (day: string) => void;
}

function DayField({ label, value, onChange }: DayProps) {
  return (
    <TextField type="date" value={value} onChange={onChange} className={styles.field ?? ""}>
      <Label>{label}</Label>
      <Input className={styles.input ?? ""} />
    </TextField>
  );
}

interface PersonProps {
  readonly chosen: Profile | undefined;
  readonly people: FindPeople;
  readonly onChange: (person: Profile | undefined) => void;
}

function PersonField({ chosen, people, onChange }: PersonProps) {
  const say = useSay();
  const [found, setFound] = useState<readonly Profile[]>([]);
  const [words, setWords] = useState("");
  const look = (typed: string): void => {
    setWords(typed);
    people(typed).then(setFound, () => setFound([]));
  };
  if (chosen) {
    return (
      <div className={styles.chosen}>
        <Avatar id={chosen.userId} name={chosen.name} address={chosen.avatar} size="small" />
        <span>{say("search.from-person", { name: chosen.name })}</span>
        <IconButton small icon={X} label={say("search.any-person")} onPress={() => onChange(undefined)} />
      </div>
    );
  }
  return (
    <ComboBox
      className={styles.field ?? ""}
      items={found.map((profile) => ({ ...profile, id: profile.userId }))}
      inputValue={words}
      onInputChange={look}
      menuTrigger="focus"
      allowsEmptyCollection={false}
      onSelectionChange={(key) => {
        const person = found.find(({ userId }) => userId === key);
        if (!person) return;
        setWords("");
        onChange(person);
      }}
      onOpenChange={(open) => open && look(words)}
    >
      <Label>{say("search.person")}</Label>
      <Input className={styles.input ?? ""} />
      <Popover className={styles.popover ?? ""}>
        <ListBox className={styles.people ?? ""}>
          {(profile: Profile & { id: string }) => (
            <ListBoxItem id={profile.id} textValue={profile.name} className={styles.personRow ?? ""}>
              <Avatar id={profile.userId} name={profile.name} address={profile.avatar} size="small" />
              <span>{profile.name}</span>
              <span className={styles.where}>{profile.userId}</span>
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}
