import { useEffect, useState } from "preact/hooks";
import { formatAddress, parseAddress, type ViewAddress } from "./view-address.ts";

/** The view's address, and how to change its settings; both follow the browser's back and forward. */
export function useAddress(): [ViewAddress, (changes: Readonly<Record<string, string>>, isTyped?: boolean) => void] {
  const [address, setAddress] = useState(() => parseAddress(location.hash));
  useEffect(() => {
    const follow = () => setAddress(parseAddress(location.hash));
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  const change = (changes: Readonly<Record<string, string>>, isTyped = false) => {
    const { view, settings } = parseAddress(location.hash);
    const hash = formatAddress({ view, settings: { ...settings, ...changes } });
    if (!isTyped) {
      location.hash = hash;
      return;
    }
    history.replaceState(null, "", hash);
    setAddress(parseAddress(hash)); // no event announces an address that is replaced
  };
  return [address, change];
}
