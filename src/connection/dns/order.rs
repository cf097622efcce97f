//! The order in which servers of a service are asked (RFC 2782): by priority, and among those of the
//! same priority by lot, by which one of twice the weight is twice as often the first.
#![forbid(unsafe_code)]

use super::Service;

/// A number from 0 to this one.
pub(super) fn random(most: u32) -> u32 {
    let number = u64::from(getrandom::u32().unwrap_or(0));
    // Of 2^32 numbers the last few of a range are rarer by one in thousands: as good as even.
    u32::try_from(number % (u64::from(most) + 1)).unwrap_or(0)
}

pub(super) fn sort(services: &mut [Service], mut lot: impl FnMut(u32) -> u32) {
    // Those without a weight first: then they have their small chance.
    services.sort_by_key(|service| (service.priority, service.weight != 0));
    for group in services.chunk_by_mut(|one, other| one.priority == other.priority) {
        let mut rest = group;
        while rest.len() > 1 {
            let weights = rest.iter().map(|service| u32::from(service.weight));
            let total = weights.clone().fold(0, u32::saturating_add);
            let drawn = lot(total);
            let mut sum = 0_u32;
            let next = weights
                .into_iter()
                .position(|weight| {
                    sum = sum.saturating_add(weight);
                    sum >= drawn
                })
                .unwrap_or(0);
            // The others keep their order.
            if let Some(up_to_it) = rest.get_mut(..=next) {
                up_to_it.rotate_right(1);
            }
            rest = rest
                .split_first_mut()
                .map(|(_, rest)| rest)
                .unwrap_or_default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn services(list: &[(&str, u16, u16)]) -> Vec<Service> {
        let service = |&(host, priority, weight): &(&str, u16, u16)| Service {
            host: host.to_owned(),
            port: 587,
            priority,
            weight,
        };
        list.iter().map(service).collect()
    }

    #[test]
    fn a_lower_priority_comes_first_whatever_the_weights_are() {
        let mut list = services(&[("c", 20, 9), ("a", 5, 0), ("b", 10, 1)]);
        sort(&mut list, random);
        let hosts: Vec<_> = list.iter().map(|service| service.host.as_str()).collect();
        assert_eq!(hosts, ["a", "b", "c"]);
    }

    #[test]
    fn among_equals_the_lot_decides_by_weight() {
        let first = |drawn: u32| {
            let mut list = services(&[("heavy", 0, 3), ("none", 0, 0), ("light", 0, 1)]);
            let mut drawn = Some(drawn);
            sort(&mut list, |most| drawn.take().unwrap_or(0).min(most));
            assert_eq!(list.len(), 3);
            list[0].host.clone()
        };
        let drawn: Vec<_> = (0..=4).map(first).collect();
        assert_eq!(drawn, ["none", "heavy", "heavy", "heavy", "light"]);
    }
}
