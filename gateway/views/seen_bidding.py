"""Who sees which field of which event of a bidding (domain 4.9; gateway/views/seen.py).

Rule 1: here `own` is the bidder whose command it answers, and `staff` who acts for the house and is
answered; the room sees `public` and nothing else.
Rule 2: who bids by a standing limit is told to himself alone; for all others his bids look like any
(4.3). Once all is closed the room is told which they were (`proxy_bids`, gateway/views/bidding.py).
"""

from typing import Final

from gateway.views.seen import Seen, Table
from trading.bidding import draw_events as draw
from trading.bidding import events as ev

SEEN: Final[Table] = {
    ev.BiddingScheduled: Seen(public=(), untold=("terms", "eligible")),
    ev.BidderAdmitted: Seen(staff=(), untold=("bidder",)),
    ev.BidderExcluded: Seen(staff=("number", "reason")),
    ev.ReserveSealed: Seen(public=("commitment",)),
    ev.NoReserveDeclared: Seen(public=()),
    ev.ReserveRevealed: Seen(public=(), untold=("amount_fen",)),
    ev.ReserveLapsed: Seen(public=()),
    ev.LobbyOpened: Seen(public=("opens_at_ms",)),
    ev.BidderPresent: Seen(own=(), staff=(), untold=("actor", "role")),
    ev.FreeBiddingOpened: Seen(public=("free_ends_at_ms",)),
    ev.CollectingOpened: Seen(public=("ends_at_ms",)),
    ev.LimitedBiddingStarted: Seen(public=("ends_at_ms",)),
    ev.BidAccepted: Seen(public=("bidder", "amount_fen", "at_ms", "ends_at_ms"), own=("is_proxy",)),
    ev.PriorityMatched: Seen(public=("bidder", "amount_fen", "at_ms", "ends_at_ms")),
    ev.ProxyLimitSet: Seen(own=("limit_fen",), untold=("bidder",)),
    draw.CutToCeiling: Seen(own=("amount_fen",), untold=("bidder",)),
    ev.IncrementChanged: Seen(public=("raised",)),
    ev.SealedBidReceived: Seen(own=("commitment", "at_ms"), untold=("bidder", "ciphertext")),
    ev.CollectingEnded: Seen(public=("envelopes_count",)),
    ev.ActConfirmed: Seen(staff=("act", "at_ms"), untold=("actor", "role", "digest")),
    ev.EnvelopesOpened: Seen(public=(), untold=("bids",)),
    ev.TieBreakOpened: Seen(public=("numbers", "tie_price_fen", "ends_at_ms")),
    ev.BiddingEnded: Seen(public=("leader", "price_fen", "at_ms")),
    ev.ReserveAwaited: Seen(public=("ends_at_ms",)),
    ev.PriorityAsked: Seen(public=("rank", "numbers", "ends_at_ms")),
    ev.PriorityExercised: Seen(public=("bidder", "price_fen")),
    ev.PriorityWaived: Seen(public=("bidder", "silent")),
    ev.LotsDrawn: Seen(public=("seed", "numbers", "winner")),
    ev.BiddingSuspended: Seen(public=("reason", "price_fen", "remaining_ms", "at_ms")),
    ev.BiddingResumed: Seen(public=("resumes_at_ms", "ends_at_ms")),
    ev.BiddingReopened: Seen(public=("ends_at_ms",)),
    ev.SuspensionReviewDue: Seen(public=()),
    ev.BiddingCancelled: Seen(public=("reason",)),
    ev.BiddingClosed: Seen(public=("sold", "reason")),
    ev.DealConfirmed: Seen(public=("deal_no", "winner", "price_fen", "basis")),
    ev.BiddingTerminated: Seen(public=("reason",)),
    ev.ProxyLimitsRest: Seen(),
    draw.CeilingDrawAnnounced: Seen(public=("window_ms", "source")),
    draw.CeilingReached: Seen(public=("ends_at_ms",)),
    draw.CeilingJoined: Seen(public=("bidder", "amount_fen", "at_ms"), own=("is_proxy",)),
    draw.DrawAwaited: Seen(public=("numbers", "at_ms")),
    draw.DrawHeld: Seen(public=("algorithm", "own", "randomness", "seed", "numbers", "winner")),
}
