namespace Octet.Operators;

/// <summary>An operator that takes elements to other places without computing with them, so that it works alike on every type, strings too.</summary>
public abstract record MovingOperator : Operator
{
    public sealed override bool TakesReducedPrecision => true;
}
