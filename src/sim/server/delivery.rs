//! What leaves the server: answers and updates, past the rules and into the outbox, in the layer of the device.

use super::super::encoder::{Object, Value};
use super::super::fault::{self, Do, Passing};
use super::super::schema::{SERVED, Schema, Type};
use super::{Answer, AnswerId, Body, Failure, OVERTAKE, Output, Parcel, Server};
use crate::time::{Duration, Time};

impl Server {
    pub(super) fn send_answer(
        &mut self,
        now: Time,
        to: (i64, u32),
        (id, order): (AnswerId, u64),
        method: &str,
        answer: Answer,
    ) {
        let (account, device) = to;
        let (value, ty) = match answer {
            Ok(value @ Value::Bool(_)) => (value, Type::Bool),
            // Of all methods only `phone.checkGroupCall` answers a list.
            Ok(value @ Value::List(_)) => (value, Type::Vector(Box::new(Type::Int))),
            Ok(value) => (value, Type::Any),
            Err(Failure { code, name }) => (
                Object::new("rpc_error").with("error_code", code).with("error_message", name.as_str()).into(),
                Type::Any,
            ),
        };
        let actions = self.faults.on(account, device, Passing::Answer(method));
        let mut value = value;
        if actions.contains(&Do::NewerLayer) {
            value = fault::from_a_newer_layer(value);
        }
        let bytes = self.encode(account, device, value, &ty);
        let later = if self.knobs.updates_first { OVERTAKE } else { Duration::ZERO };
        let parcel = Parcel { account, device, body: Body::Answer { id, bytes }, at: now + later, order };
        self.pass(now, parcel, &actions);
    }

    pub(in crate::sim) fn send_update(
        &mut self,
        now: Time,
        account: i64,
        device: u32,
        names: &[String],
        object: Object,
        alternative: Option<Object>,
    ) {
        for name in names {
            self.release(now, name);
        }
        match self.device_mut(account, device) {
            Some(state) if state.offline_until.is_some() => {
                state.missed_updates = true;
                self.note(now, format!("{account}/{device} is offline and misses {}", names.join(" ")));
                return;
            }
            Some(_) => {}
            None => return,
        }
        let actions = self.faults.on(account, device, Passing::Updates(names));
        for action in &actions {
            self.note(now, format!("fault: {action:?} on {} to {account}/{device}", names.join(" ")));
        }
        let object = match alternative {
            Some(alternative) if actions.contains(&Do::OtherContainer) => alternative,
            _ => object,
        };
        let mut value = Value::Object(object);
        if actions.contains(&Do::NewerLayer) {
            value = fault::from_a_newer_layer(value);
        }
        let bytes = self.encode(account, device, value, &Type::Any);
        let order = self.next_sequence();
        self.pass(now, Parcel { account, device, body: Body::Update { bytes }, at: now, order }, &actions);
        let waiting = self.swapped.iter().position(|parcel| {
            parcel.account == account && parcel.device == device && matches!(parcel.body, Body::Update { .. })
        });
        if let (Some(at), false) = (waiting, actions.contains(&Do::SwapWithNext)) {
            let parcel = self.swapped.remove(at);
            self.deliver_late(now, parcel);
        }
    }

    /// Applies the rules that concern time, number and bytes.
    fn pass(&mut self, now: Time, mut parcel: Parcel, actions: &[Do]) {
        let (Body::Answer { bytes, .. } | Body::Update { bytes }) = &mut parcel.body;
        for action in actions {
            fault::spoil(bytes, action);
        }
        let copy = |parcel: &Parcel, at: Time| Parcel { body: parcel.body.clone(), at, ..*parcel };
        for action in actions {
            match action {
                Do::Drop | Do::Lose | Do::LoseAnswer => return,
                Do::Delay(time) => parcel.at += *time,
                Do::Duplicate | Do::Twice => self.deliver(now, copy(&parcel, parcel.at)),
                Do::StaleReplay(time) => self.deliver(now, copy(&parcel, parcel.at + *time)),
                Do::Disconnect(_) | Do::Reconnect | Do::ClockSkew(_) => {
                    self.device_fault(now, Some(parcel.account), Some(parcel.device), action);
                }
                _ => {}
            }
        }
        for action in actions {
            match action {
                Do::HoldUntil(name) => return self.held.push((name.clone(), parcel)),
                Do::SwapWithNext => return self.swapped.push(parcel),
                _ => {}
            }
        }
        self.deliver(now, parcel);
    }

    pub(super) fn release(&mut self, now: Time, name: &str) {
        while let Some(at) = self.held.iter().position(|(until, _)| until == name || until == "*") {
            let (_, parcel) = self.held.remove(at);
            self.deliver_late(now, parcel);
        }
    }

    /// Behind what is on its way already.
    pub(super) fn deliver_late(&mut self, now: Time, parcel: Parcel) {
        let order = self.next_sequence();
        self.deliver(now, Parcel { order, ..parcel });
    }

    fn deliver(&mut self, now: Time, parcel: Parcel) {
        let Parcel { account, device, body, at, order } = parcel;
        let at = at.max(now);
        let at = match body {
            Body::Answer { .. } => self.connected_at(at, account, device),
            Body::Update { .. } => at,
        } + self.knobs.latency;
        let taken = self.outbox.contains_key(&(at, order));
        let key = (at, if taken { self.next_sequence() } else { order });
        self.outbox.insert(key, Output { account, device, at, body });
    }

    fn encode(&mut self, account: i64, device: u32, mut value: Value, ty: &Type) -> Vec<u8> {
        let (layer, skew) = match self.device(account, device) {
            Some(device) => (device.layer.unwrap_or(self.knobs.layer), device.clock_skew_s),
            None => (self.knobs.layer, 0),
        };
        if skew != 0 {
            shift_dates(&mut value, skew);
        }
        let layer = layer.clamp(*SERVED.start(), *SERVED.end());
        let schema = self.schemas.entry(layer).or_insert_with(|| Schema::of_layer(layer));
        adapt(&mut value, schema);
        let encoded = match &value {
            Value::Raw(bytes) => Ok(bytes.clone()),
            value => schema.encode_value(value, ty),
        };
        encoded.expect("the server builds its own answers; one that does not fit the schema is a defect of the server")
    }
}

/// Leaves out what the layer does not have, as a server of that layer does.
fn adapt(value: &mut Value, schema: &Schema) {
    match value {
        Value::Object(object) => {
            let Object { name, fields } = object;
            fields.retain(|(field, _)| !schema.is_elsewhere(name, field));
            fields.iter_mut().for_each(|(_, field)| adapt(field, schema));
        }
        Value::List(list) => list.iter_mut().for_each(|value| adapt(value, schema)),
        _ => {}
    }
}

fn shift_dates(value: &mut Value, seconds: i32) {
    match value {
        Value::Object(object) => {
            for (name, field) in &mut object.fields {
                match (name.as_str(), &mut *field) {
                    ("date" | "receive_date" | "start_date", Value::Int(date)) => *date = date.saturating_add(seconds),
                    _ => shift_dates(field, seconds),
                }
            }
        }
        Value::List(list) => list.iter_mut().for_each(|value| shift_dates(value, seconds)),
        _ => {}
    }
}
