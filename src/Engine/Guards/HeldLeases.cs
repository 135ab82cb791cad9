namespace Millrace.Engine.Guards;

/// <summary>The leases of one call, released in the reverse order, each of them whatever becomes of the others.</summary>
public sealed class HeldLeases : ICallLease
{
    private readonly Stack<ICallLease> held = new();

    public void Add(ICallLease lease) => held.Push(lease);

    public async ValueTask ReleaseAsync(CallEnd end)
    {
        if (!held.TryPop(out var last)) return;
        try
        {
            await last.ReleaseAsync(end);
        }
        finally
        {
            await ReleaseAsync(end);
        }
    }
}
