//! The devices of the accounts: which have a connection, and in which layer they are spoken to.

use super::account::Device;
use super::encoder::Object;
use super::fault::Do;
use super::server::{Body, Server};
use crate::time::Time;

impl Server {
    /// The layer in which a device is spoken to from now on, updates included: as it says when it logs in, or with any request.
    /// It outlasts connections.
    pub fn declare_layer(&mut self, account: i64, device: u32, layer: u32) {
        if let Some(device) = self.device_mut(account, device) {
            device.layer = Some(layer);
        }
    }

    pub(super) fn reconnect_due(&mut self, now: Time) {
        let due: Vec<(i64, u32)> = self
            .accounts
            .values()
            .flat_map(|account| account.devices.iter().map(move |(number, device)| (account.id, *number, device)))
            .filter(|(_, _, device)| device.offline_until.is_some_and(|until| until <= now))
            .map(|(account, number, _)| (account, number))
            .collect();
        for (account, device) in due {
            self.reconnect(now, account, device);
        }
    }

    fn reconnect(&mut self, now: Time, account: i64, device: u32) {
        let Some(state) = self.device_mut(account, device) else { return };
        state.offline_until = None;
        let missed = core::mem::take(&mut state.missed_updates);
        self.note(now, format!("{account}/{device} is connected again"));
        if missed {
            // Call updates are never fetched again: a device that was away hears this and nothing about calls.
            let object = Object::new("updatesTooLong");
            self.send_update(now, account, device, &["updatesTooLong".into()], object, None);
        }
    }

    pub(super) fn device_fault(&mut self, now: Time, account: Option<i64>, device: Option<u32>, action: &Do) {
        let is_for =
            |id: i64, number: u32| account.is_none_or(|want| want == id) && device.is_none_or(|want| want == number);
        let all: Vec<(i64, u32)> = self
            .accounts
            .values()
            .flat_map(|account| account.devices.keys().map(move |number| (account.id, *number)))
            .filter(|(id, number)| is_for(*id, *number))
            .collect();
        for (id, number) in all {
            self.note(now, format!("{id}/{number} {action:?}"));
            match action {
                Do::Disconnect(time) => {
                    if let Some(device) = self.device_mut(id, number) {
                        device.offline_until = Some(now + *time);
                    }
                    self.cut_off(id, number);
                }
                Do::Reconnect => self.reconnect(now, id, number),
                Do::ClockSkew(seconds) => {
                    if let Some(device) = self.device_mut(id, number) {
                        device.clock_skew_s = *seconds;
                    }
                }
                _ => {}
            }
        }
    }

    /// What is on its way to a device that loses its connection: updates are gone, answers come when it is back.
    fn cut_off(&mut self, account: i64, device: u32) {
        let until = self.device(account, device).and_then(|device| device.offline_until);
        let on_way: Vec<(Time, u64)> = self
            .outbox
            .iter()
            .filter(|(_, output)| output.account == account && output.device == device)
            .map(|(key, _)| *key)
            .collect();
        for key in on_way {
            let Some(mut output) = self.outbox.remove(&key) else { continue };
            match (&output.body, until) {
                (Body::Answer { .. }, Some(until)) => {
                    output.at = until + self.knobs.latency;
                    self.outbox.insert((output.at, key.1), output);
                }
                _ => {
                    if let Some(device) = self.device_mut(account, device) {
                        device.missed_updates = true;
                    }
                }
            }
        }
    }

    pub(super) fn device(&self, account: i64, device: u32) -> Option<&Device> {
        self.accounts.get(&account)?.devices.get(&device)
    }

    pub(super) fn device_mut(&mut self, account: i64, device: u32) -> Option<&mut Device> {
        self.accounts.get_mut(&account)?.devices.get_mut(&device)
    }

    /// The devices of an account.
    pub(super) fn devices_of(&self, account: i64) -> Vec<u32> {
        self.accounts.get(&account).map(|account| account.devices.keys().copied().collect()).unwrap_or_default()
    }

    /// When a device has a connection, at `now` or later.
    pub(super) fn connected_at(&self, now: Time, account: i64, device: u32) -> Time {
        let until = self.device(account, device).and_then(|device| device.offline_until);
        until.map_or(now, |until| until.max(now))
    }
}
